import { resolve } from 'node:path'
import { z } from 'zod'
import { replicaUrls, servedModels } from './endpoint/served-models.ts'

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
  /** Model servers on the clinic's network (docs/recipes/model-server.md). Both set: the endpoint engine is on, and prompts leave devices. */
  INFERENCE_URLS: replicaUrls.optional(),
  INFERENCE_MODELS: servedModels.optional(),
  /** A file, because environments are printed by too many tools. */
  INFERENCE_API_KEY_FILE: z.string().min(1).optional(),
  INFERENCE_FOLLOWS_SCHEMA: flag.default(true),
  INFERENCE_FIRST_TOKEN_SECONDS: z.coerce.number().positive().max(600).default(60),
  INFERENCE_IDLE_SECONDS: z.coerce.number().positive().max(600).default(20),
})
export type Settings = z.infer<typeof Settings>

/** Reads settings from the environment; empty values count as missing. Throws with the names (never the values) of what is wrong. */
export function readSettings(env: Record<string, string | undefined>): Settings {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''))
  const parsed = Settings.safeParse(given)
  const isHalf = parsed.success && (parsed.data.INFERENCE_URLS === undefined) !== (parsed.data.INFERENCE_MODELS === undefined)
  if (parsed.success && !isHalf) return parsed.data
  const wrong = parsed.success
    ? 'INFERENCE_URLS and INFERENCE_MODELS go together'
    : [...new Set(parsed.error.issues.map((issue) => issue.path.join('.')))].join(', ')
  throw new Error(`settings are not valid: ${wrong}`)
}
