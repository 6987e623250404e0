import { resolve } from 'node:path'
import { z } from 'zod'

const flag = z.enum(['true', 'false']).transform((text) => text === 'true')

const Settings = z.object({
  PORT: z.coerce.number().int().min(0).max(65_535).default(8787),
  HOST: z.string().min(1).default('127.0.0.1'),
  DATA_DIR: z
    .string()
    .min(1)
    .default('./data')
    .transform((path) => resolve(path)),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//)
    .optional(),
  STATIC_DIR: z
    .string()
    .min(1)
    .default('dist')
    .transform((path) => resolve(path)),
  CLINIC_NAME: z.string().min(1).max(120).default('Demo clinic'),
  /** Believe X-Forwarded-* from a reverse proxy in front (HTTPS ends there). */
  TRUST_PROXY: flag.default(false),
})
export type Settings = z.infer<typeof Settings>

/** Reads settings from the environment; empty values count as missing. Throws with the names (never the values) of what is wrong. */
export function readSettings(env: Record<string, string | undefined>): Settings {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''))
  const parsed = Settings.safeParse(given)
  if (parsed.success) return parsed.data
  const wrong = [...new Set(parsed.error.issues.map((issue) => issue.path.join('.')))].join(', ')
  throw new Error(`settings are not valid: ${wrong}`)
}
