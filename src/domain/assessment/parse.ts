import type { Result } from '#contracts/result.ts'

/** Reads the model's text as JSON. Nothing is repaired: what is not JSON is a failed attempt. */
export const parseOutput = (text: string): Result<unknown, { type: 'not-json' }> => {
  try {
    return { ok: true, value: JSON.parse(text) }
  } catch {
    return { ok: false, error: { type: 'not-json' } }
  }
}
