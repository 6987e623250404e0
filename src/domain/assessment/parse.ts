import type { Result } from '#contracts/result.ts'
import type { Generated, GenerateError } from '#contracts/workers/inference.ts'

/** Reads the model's text as JSON. Nothing is repaired: what is not JSON is a failed attempt. */
export const parseOutput = (text: string): Result<unknown, { type: 'not-json' }> => {
  try {
    return { ok: true, value: JSON.parse(text) }
  } catch {
    return { ok: false, error: { type: 'not-json' } }
  }
}

const isCount = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value) && value >= 0

/** The parts of an engine's answer that a packet rests on, whatever the engine sent; null where it is no answer. */
export const readAnswer = (
  answer: Result<Generated, GenerateError> | null | undefined,
): Result<Pick<Generated, 'text' | 'tokens' | 'totalMs'>, { type: GenerateError['type'] }> | null => {
  if (!answer) return null
  if (!answer.ok) return answer.error ? { ok: false, error: { type: answer.error.type } } : null
  const { text, tokens, totalMs } = answer.value ?? {}
  if (typeof text !== 'string') return null
  return { ok: true, value: { text, tokens: isCount(tokens) ? tokens : 0, totalMs: isCount(totalMs) ? totalMs : 0 } }
}
