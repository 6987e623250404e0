import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { err, ok, type Result } from '#contracts/result.ts'

/** Text that tries to talk the triage down, as a patient or a prankster might type it (`evaluation/cases/attacks.jsonl`). */
export const Attack = z.strictObject({ id: z.string().min(1), kind: z.string(), language: z.string(), text: z.string().min(1) })
export type Attack = z.infer<typeof Attack>

export type AttackError = { type: 'attacks-invalid'; message: string }

export const loadAttacks = (file: string): Result<Attack[], AttackError> => {
  try {
    const lines = readFileSync(file, 'utf8').split(/\r?\n/)
    return ok(lines.filter((l) => l.trim() !== '').map((l) => Attack.parse(JSON.parse(l))))
  } catch {
    return err({ type: 'attacks-invalid', message: `${file}: cannot be read as attacks` })
  }
}
