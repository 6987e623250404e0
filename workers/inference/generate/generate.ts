import { err, ok, type Result } from '#contracts/result.ts'
import type { Cancellation, ChatMessage, Generated, GenerateError, GenerateOptions } from '#contracts/workers/inference.ts'
import { afterSpace } from '../constrain/automaton.ts'
import { compileSchema } from '../constrain/compile-schema.ts'
import { Constraint, type TokenOrder } from '../constrain/token-mask.ts'
import { jumpTokens } from './jump.ts'
import type { LanguageModel } from './language-model.ts'
import { pause } from './pause.ts'
import type { PromptCache } from './prompt-cache.ts'
import { draw, greedy, seededRandom } from './sample.ts'

export type Deps<Cache> = {
  model: LanguageModel<Cache>
  order: TokenOrder
  prompts: PromptCache<Cache>
  now: () => number
}

/**
 * Writes an answer token by token. With a schema only tokens that keep the text valid are considered, and the text ends
 * where the grammar does. A text the cap cuts short is given back with stop `length`: finishing a half sentence by force
 * would put words in a clinical document that nobody meant.
 */
export const generate = async <Cache>(
  { model, order, prompts, now }: Deps<Cache>,
  messages: readonly ChatMessage[],
  options: GenerateOptions,
  onToken: (text: string) => void,
  signal?: Cancellation,
): Promise<Result<Generated, GenerateError>> => {
  const begun = now()
  const prompt = model.encodeChat(messages)
  const limit = model.contextTokens - options.maxTokens
  if (prompt.length > limit) return err({ type: 'prompt-too-long', tokens: prompt.length, limit: Math.max(0, limit) })

  const grammar = options.schema && compileSchema(options.schema)
  if (grammar && !grammar.ok) return err({ type: 'generation-failed', code: `schema-unsupported:${grammar.error.keyword}` })
  const constraint = grammar && new Constraint(model.leadingSpace ? afterSpace(grammar.value) : grammar.value, order)
  const free = constraint ? null : Int32Array.from([...order.ids, ...model.endTokens])
  const random = seededRandom(options.seed ?? 0)
  const temperature = options.temperature ?? 0

  const stopped = (): GenerateError | null => {
    if (signal?.aborted) return { type: 'aborted' }
    const afterMs = now() - begun
    return afterMs > options.timeoutMs ? { type: 'timeout', afterMs } : null
  }

  const decoder = new TextDecoder()
  let text = ''
  let tokens = 0
  let firstTokenMs = 0
  const write = (ids: readonly number[]): void => {
    if (tokens === 0) firstTokenMs = now() - begun
    tokens += ids.length
    let piece = ids.map((id) => decoder.decode(model.tokenBytes[id] ?? new Uint8Array(), { stream: true })).join('')
    if (text === '' && model.leadingSpace) piece = piece.replace(/^ /, '')
    text += piece
    if (piece !== '') onToken(piece)
  }
  const finish = (stop: Generated['stop']): Result<Generated, GenerateError> =>
    ok({ text, promptTokens: prompt.length, tokens, firstTokenMs, totalMs: now() - begun, stop })

  const early = stopped()
  if (early) return err(early)
  let { logits, cache } = await prompts.read(model, prompt, model.fixedPart(messages))
  try {
    for (;;) {
      await pause()
      const reason = stopped()
      if (reason) return err(reason)
      if (tokens >= options.maxTokens) return finish('length')

      const allowed = constraint ? constraint.allowed() : free
      if (!allowed || allowed.length === 0) return err({ type: 'generation-failed', code: 'no-token-allowed' })
      let next = constraint
        ? jumpTokens(constraint.position, model.encode, model.tokenBytes).slice(0, options.maxTokens - tokens)
        : []
      if (next.length === 0) next = [temperature > 0 ? draw(logits, allowed, temperature, random) : greedy(logits, allowed)]
      if (!constraint && model.endTokens.has(next[0] ?? -1)) return finish('end')
      for (const id of next) {
        if (constraint && !constraint.accept(id)) return err({ type: 'generation-failed', code: 'token-refused' })
      }
      write(next)
      if (constraint?.finished) return finish('end')

      const step = await model.forward(next, cache)
      if (!prompts.holds(cache)) model.release(cache)
      ;({ logits, cache } = step)
    }
  } finally {
    if (!prompts.holds(cache)) model.release(cache)
  }
}
