import type { ChatCompletionRequestStreaming, MLCEngineInterface } from '@mlc-ai/web-llm'
import { err, ok, type Result } from '#contracts/result.ts'
import type { Cancellation, ChatMessage, Generated, GenerateError, GenerateOptions } from '#contracts/workers/inference.ts'
import { schemaGrammar } from '../constrain/ebnf.ts'
import { errorCode } from '../engines/error-code.ts'
import { withoutSpecials } from '../engines/token-bytes.ts'

/** The part of web-llm's engine that a conversation needs. */
type ChatEngine = Pick<MLCEngineInterface, 'chatCompletion' | 'interruptGenerate' | 'resetChat' | 'getMessage'>

export type ChatModel = { engine: ChatEngine; modelId: string; contextTokens: number; special: readonly string[] }

/** A GPU that went away takes the weights with it: load again. */
export const DEVICE_LOST = 'device-lost'

/** Share of the probability that retries draw from, as in the other engines. */
const TOP_P = 0.9

/**
 * One answer, streamed. Abort and timeout are heard between tokens; the prompt is read in one go. Afterwards web-llm forgets the
 * conversation: its memory of it is patient data and saves nothing, since no two prompts continue each other.
 */
export const chat = async (
  { engine, modelId, contextTokens, special }: ChatModel,
  messages: readonly ChatMessage[],
  options: GenerateOptions,
  onToken: (text: string) => void,
  now: () => number,
  signal?: Cancellation,
): Promise<Result<Generated, GenerateError>> => {
  const begun = now()
  const limit = contextTokens - options.maxTokens
  const grammar = options.schema && schemaGrammar(options.schema)
  if (grammar && !grammar.ok) return err({ type: 'generation-failed', code: `schema-unsupported:${grammar.error.keyword}` })
  const stopped = (): GenerateError | null => {
    if (signal?.aborted) return { type: 'aborted' }
    const afterMs = now() - begun
    return afterMs > options.timeoutMs || options.timeoutMs <= 0 ? { type: 'timeout', afterMs } : null
  }
  const early = stopped()
  if (early) return err(early)
  signal?.addEventListener('abort', () => void engine.interruptGenerate())

  let text = ''
  let firstTokenMs = 0
  let promptTokens = 0
  let tokens = 0
  let finish: string | null = null
  try {
    const clean = messages.map((m) => ({ role: m.role, content: withoutSpecials(m.content, special) }))
    for await (const chunk of await engine.chatCompletion(requestOf(modelId, clean, options, grammar?.value))) {
      const reason = stopped()
      const piece = chunk.choices[0]?.delta.content ?? ''
      if (piece !== '' && !reason) {
        if (text === '') firstTokenMs = now() - begun
        text += piece
        onToken(piece)
      }
      finish = chunk.choices[0]?.finish_reason ?? finish
      promptTokens = chunk.usage?.prompt_tokens ?? promptTokens
      tokens = chunk.usage?.completion_tokens ?? tokens
      if (reason) return err(reason)
    }
  } catch (e) {
    const error = chatError(e, limit)
    const isGone = error.type === 'generation-failed' && (await hasNoModel(engine))
    return err(isGone ? { type: 'generation-failed', code: DEVICE_LOST } : error)
  } finally {
    await engine.resetChat().catch(() => undefined)
  }
  if (finish === 'abort') return err(stopped() ?? { type: 'generation-failed', code: 'interrupted' })
  if (finish === null) return err({ type: 'generation-failed', code: DEVICE_LOST })
  // The prompt took the room of the answer. web-llm counts tokens only when it has read them.
  if (finish === 'length' && promptTokens > limit) return err({ type: 'prompt-too-long', tokens: promptTokens, limit })
  const stop = finish === 'length' ? 'length' : 'end'
  return ok({ text, promptTokens, tokens, firstTokenMs, totalMs: now() - begun, stop })
}

/** Penalties of the model's own configuration are switched off: they change what a grammar forces and what was measured. */
const requestOf = (
  model: string,
  messages: ChatMessage[],
  { maxTokens, temperature = 0, seed = 0 }: GenerateOptions,
  grammar: string | undefined,
): ChatCompletionRequestStreaming => ({
  model,
  messages,
  stream: true,
  stream_options: { include_usage: true },
  max_tokens: maxTokens,
  temperature,
  top_p: temperature > 0 ? TOP_P : 1,
  frequency_penalty: 0,
  presence_penalty: 0,
  repetition_penalty: 1,
  ...(temperature > 0 ? { seed } : {}),
  ...(grammar === undefined ? {} : { response_format: { type: 'grammar', grammar } }),
})

/** web-llm names its error classes; none of their text is passed on, since it may quote the prompt. */
export const chatError = (e: unknown, limit: number): GenerateError => {
  const name = e instanceof Error ? e.name : ''
  if (name === 'ContextWindowSizeExceededError') {
    const tokens = Number(/prompt tokens: (\d+)/.exec((e as Error).message)?.[1] ?? limit + 1)
    return { type: 'prompt-too-long', tokens, limit: Math.max(0, limit) }
  }
  if (name === 'DeviceLostError' || name === 'ModelNotLoadedError') return { type: 'generation-failed', code: DEVICE_LOST }
  if (name === 'GrammarMatcherInitError') return { type: 'generation-failed', code: 'grammar-refused' }
  return { type: 'generation-failed', code: errorCode(e) }
}

/** web-llm drops its model when the device is lost, whatever the call in flight then fails with. */
const hasNoModel = (engine: ChatEngine): Promise<boolean> =>
  engine.getMessage().then(
    () => false,
    (e) => e instanceof Error && e.name === 'ModelNotLoadedError',
  )
