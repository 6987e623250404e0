import type { ChatMessage, InferenceEngine } from '#contracts/workers/inference.ts'
import type { Workshop } from '../dataset/make-row.ts'
import type { Random } from '../dataset/random.ts'

/** What a task is measured with. `keep` receives one line per answer when the run is asked to save them. */
export type Bench = {
  workshop: Workshop
  engine: Pick<InferenceEngine, 'generate'>
  rows: number
  random: Random
  keep: (answer: Readonly<Record<string, unknown>>) => void
}

export const TIMEOUT_MS = 120_000

/** One greedy answer, under a schema where one is given; null when the engine gave none. */
export const answer = async (
  { engine }: Bench,
  messages: readonly ChatMessage[],
  schema: Readonly<Record<string, unknown>> | null,
  maxTokens: number,
): Promise<{ text: string; tokens: number; ms: number } | null> => {
  const written = await engine.generate(
    messages,
    { ...(schema ? { schema } : {}), maxTokens, timeoutMs: TIMEOUT_MS },
    () => undefined,
  )
  return written.ok ? { text: written.value.text, tokens: written.value.tokens, ms: written.value.totalMs } : null
}
