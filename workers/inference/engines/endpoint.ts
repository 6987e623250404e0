import { err, ok, type Result } from '#contracts/result.ts'
import type {
  Cancellation,
  ChatMessage,
  EngineCapabilities,
  Generated,
  GenerateError,
  GenerateOptions,
  InferenceEngine,
  LoadError,
  LoadProgress,
} from '#contracts/workers/inference.ts'
import type { ModelManifest } from '#contracts/workers/model.ts'
import type { Node } from '../constrain/automaton.ts'
import { compileSchema } from '../constrain/compile-schema.ts'
import type { StreamEvent } from '../endpoint/chat-stream.ts'
import { CompactJson } from '../endpoint/compact-json.ts'
import { canonicalText, followsSchema } from '../endpoint/follows-schema.ts'
import { plainContent } from '../endpoint/plain-content.ts'
import { portableSchema } from '../endpoint/portable-schema.ts'
import { type FetchLike, InferenceProxy, type ProxyError } from '../endpoint/proxy.ts'

/** What this engine needs of a manifest: nothing is downloaded, so a catalog row is enough. */
export type EndpointModel = Pick<ModelManifest, 'id' | 'contextTokens'>

const LOAD_MS = 20_000
const MOST_WAITS = 2

/** The engine for models that no browser holds. `base`: the inference routes of this origin, `https://clinic/api/inference`. */
export const endpointEngine = (fetch: FetchLike, base: string): EndpointEngine =>
  new EndpointEngine(new InferenceProxy(fetch, base))

/**
 * A model server on the clinic's network, reached only through the clinic server. The prompt leaves the device, the rest is as with
 * every engine: the answer counts only if our own decoder could have written it, and errors are codes.
 */
export class EndpointEngine implements InferenceEngine {
  #model: EndpointModel | null = null

  constructor(private readonly proxy: InferenceProxy) {}

  async load(
    model: EndpointModel,
    onProgress: (p: LoadProgress) => void,
    signal?: Cancellation,
  ): Promise<Result<EngineCapabilities, LoadError>> {
    this.#model = null
    onProgress({ phase: 'prepare', loadedBytes: 0, totalBytes: 0 })
    const limit = limited(LOAD_MS, signal)
    const held = await this.proxy.holds(model.id, limit.signal)
    const why = limit.why()
    limit.clear()
    if (signal?.aborted) return err({ type: 'aborted' })
    if (!held.ok) return err({ type: 'load-failed', code: why === 'timeout' ? 'model-timeout' : held.error.code })
    if (!held.value) return err({ type: 'load-failed', code: 'model-unavailable' })
    this.#model = model
    return ok(this.capabilities())
  }

  async generate(
    messages: readonly ChatMessage[],
    options: GenerateOptions,
    onToken: (text: string) => void,
    signal?: Cancellation,
  ): Promise<Result<Generated, GenerateError>> {
    const model = this.#model
    if (!model) return err({ type: 'not-loaded' })
    const grammar = options.schema && compileSchema(options.schema)
    if (grammar && !grammar.ok) return err({ type: 'generation-failed', code: `schema-unsupported:${grammar.error.keyword}` })
    const begun = performance.now()
    const limit = limited(options.timeoutMs, signal)
    const stopped = (): GenerateError | null => {
      const why = limit.why()
      if (why === 'timeout') return { type: 'timeout', afterMs: performance.now() - begun }
      return why === 'aborted' ? { type: 'aborted' } : null
    }
    try {
      const events = await this.#begin(model, messages, options, limit.signal)
      const early = stopped()
      if (early) {
        if (events.ok) await events.value.return(undefined)
        return err(early)
      }
      if (!events.ok) return err(generateError(events.error, model.contextTokens - options.maxTokens))
      return await read(events.value, { grammar: grammar?.value ?? null, onToken, stopped, begun })
    } finally {
      limit.clear()
    }
  }

  capabilities(): EngineCapabilities {
    // What the server holds cannot be hashed from here, so no hash is claimed.
    return { backend: 'remote', webgpu: false, threads: 0, modelId: this.#model?.id ?? null, modelHash: null }
  }

  async unload(): Promise<void> {
    this.#model = null
  }

  /** Asks; where the server is busy, waits as long as it says, within the time there is. */
  async #begin(
    model: EndpointModel,
    messages: readonly ChatMessage[],
    options: GenerateOptions,
    signal: AbortSignal,
  ): Promise<Result<AsyncGenerator<StreamEvent>, ProxyError>> {
    const request = {
      model: model.id,
      messages: messages.map(({ role, content }) => ({ role, content: plainContent(content) })),
      maxTokens: options.maxTokens,
      timeoutMs: Math.max(1, Math.round(options.timeoutMs)),
      temperature: options.temperature ?? 0,
      seed: options.seed ?? 0,
      ...(options.schema ? { schema: portableSchema(options.schema) } : {}),
    }
    for (let waits = 0; ; waits++) {
      if (signal.aborted) return err({ type: 'proxy', code: 'aborted', retryAfterMs: null })
      const asked = await this.proxy.chat(request, signal)
      if (asked.ok || asked.error.code !== 'model-busy' || waits >= MOST_WAITS) return asked
      await delay(asked.error.retryAfterMs ?? 1000, signal)
    }
  }
}

type Reading = { grammar: Node | null; onToken: (text: string) => void; stopped: () => GenerateError | null; begun: number }

const read = async (
  events: AsyncGenerator<StreamEvent>,
  { grammar, onToken, stopped, begun }: Reading,
): Promise<Result<Generated, GenerateError>> => {
  const compact = grammar ? new CompactJson() : null
  let text = ''
  let tokens = 0
  let firstTokenMs = 0
  const failed = (code: string): Result<Generated, GenerateError> => err(stopped() ?? { type: 'generation-failed', code })
  try {
    for await (const event of events) {
      const reason = stopped()
      if (reason) return err(reason)
      if (event.type === 'problem') {
        const afterMs = performance.now() - begun
        return event.code === 'model-timeout' ? err(stopped() ?? { type: 'timeout', afterMs }) : failed(event.code)
      }
      if (event.type === 'token') {
        if (tokens === 0) firstTokenMs = performance.now() - begun
        tokens += 1
        const piece = compact ? compact.push(event.text) : event.text
        text += piece
        if (piece !== '') onToken(piece)
        continue
      }
      const whole = grammar && event.stop === 'end' ? canonicalText(text) : text
      if (whole === null || (grammar && event.stop === 'end' && !followsSchema(grammar, whole))) return failed('schema-violated')
      const counts = { promptTokens: event.promptTokens ?? 0, tokens: event.tokens ?? tokens }
      return ok({ text: whole, ...counts, firstTokenMs, totalMs: performance.now() - begun, stop: event.stop })
    }
    return failed('stream-cut')
  } catch {
    return failed('stream-cut')
  }
}

const generateError = ({ code }: ProxyError, limit: number): GenerateError => {
  // How many tokens it was the server does not tell every time; more than there is room for, it was.
  if (code === 'prompt-too-long') return { type: 'prompt-too-long', tokens: limit + 1, limit: Math.max(0, limit) }
  return { type: 'generation-failed', code }
}

/** One signal for "told to stop" and "time is up", and which of them it was. */
const limited = (ms: number, signal?: Cancellation) => {
  const controller = new AbortController()
  const abort = (why: 'aborted' | 'timeout') => () => controller.abort(why)
  signal?.addEventListener('abort', abort('aborted'))
  if (signal?.aborted) controller.abort('aborted')
  else if (ms <= 0) controller.abort('timeout')
  const timer = setTimeout(abort('timeout'), Math.max(0, ms))
  return {
    signal: controller.signal,
    why: (): 'aborted' | 'timeout' | null => (controller.signal.aborted ? controller.signal.reason : null),
    clear: () => clearTimeout(timer),
  }
}

const delay = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })
