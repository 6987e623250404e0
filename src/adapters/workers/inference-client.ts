import { proxy } from 'comlink'
import { err, ok, type Result } from '#contracts/result.ts'
import {
  type Backend,
  type Cancellation,
  type ChatMessage,
  type EngineCapabilities,
  type Generated,
  type GenerateError,
  type GenerateOptions,
  INFERENCE_CONTRACT,
  type InferenceEvent,
  type InferenceWorkerApi,
  type LoadError,
  type LoadProgress,
} from '#contracts/workers/inference.ts'
import { keepStorage } from '../browser/keep-storage.ts'
import { allowOwnScripts } from './own-scripts.ts'
import { WorkerClient } from './worker-client.ts'

/** A step down the ladder, for staff to see. `to` null: no backend is left, packets go out without AI text. */
export type Fallback = { from: Backend; to: Backend | null; reason: string }

export type InferenceClientOptions = {
  createWorker: () => Worker
  /** Catalog id, or `default`. */
  modelId: string
  onFallback: (step: Fallback) => void
  /** Backends in the order to try them. */
  ladder?: readonly Backend[]
  /** Unloads the model (ends the worker) after so long without use. Milliseconds. */
  idleMs?: number
  /** How long past its own timeout a generation may hold the thread before the worker is ended. Milliseconds. */
  graceMs?: number
}

const FIVE_MINUTES = 5 * 60_000
const NONE: EngineCapabilities = { backend: 'wasm', webgpu: false, threads: 0, modelId: null, modelHash: null }

/**
 * The page's way to the model. Loads on first use and again after an idle stop or a crash; steps down from WebGPU to WASM
 * when a backend fails, never silently; answers with values only. A damaged model is not tried again on another backend.
 */
export class InferenceClient {
  readonly #worker: WorkerClient<InferenceWorkerApi>
  readonly #ladder: readonly Backend[]
  #rung = 0
  #loaded: EngineCapabilities | null = null

  constructor(private readonly options: InferenceClientOptions) {
    this.#ladder = options.ladder ?? ['webgpu', 'wasm']
    this.#worker = new WorkerClient<InferenceWorkerApi>({
      create: options.createWorker,
      contract: INFERENCE_CONTRACT,
      idleMs: options.idleMs ?? FIVE_MINUTES,
      onStop: () => {
        this.#loaded = null
      },
    })
  }

  /** What runs now; `modelId` null when nothing is loaded. */
  capabilities(): EngineCapabilities {
    return this.#loaded ?? { ...NONE, backend: this.#ladder[this.#rung] ?? 'wasm' }
  }

  /** Loads the model on the best backend that works. Ready at once when it is loaded already. */
  async load(
    onProgress: (p: LoadProgress) => void = () => undefined,
    signal?: Cancellation,
  ): Promise<Result<EngineCapabilities, LoadError>> {
    if (this.#loaded) return ok(this.#loaded)
    for (;;) {
      const backend = this.#ladder[this.#rung]
      if (!backend) return err({ type: 'backend-unavailable', backend: this.#ladder.at(-1) ?? 'wasm' })
      const result = await this.#loadOn(backend, onProgress, signal)
      if (result.ok || !mayStepDown(result.error)) return result
      if (!this.#stepDown(reasonOf(result.error))) return result
    }
  }

  /** Writes one answer; loads first when needed. After a lost device or a crash on one backend it tries the next. */
  async generate(
    messages: readonly ChatMessage[],
    options: GenerateOptions,
    onToken: (text: string) => void = () => undefined,
    signal?: Cancellation,
  ): Promise<Result<Generated, GenerateError>> {
    for (;;) {
      const ready = await this.load(() => undefined, signal)
      if (!ready.ok)
        return err(
          ready.error.type === 'aborted' ? { type: 'aborted' } : { type: 'generation-failed', code: reasonOf(ready.error) },
        )
      const result = await this.#generateOnce(messages, options, onToken, signal)
      if (result.ok || result.error.type !== 'generation-failed' || !RUNTIME_CODES.has(result.error.code)) return result
      if (!this.#stepDown(result.error.code)) return result
    }
  }

  /** Ends the worker: model, prompt and caches are gone. Used at the end of a session. */
  stop(): void {
    this.#worker.stop()
  }

  async #loadOn(
    backend: Backend,
    onProgress: (p: LoadProgress) => void,
    signal?: Cancellation,
  ): Promise<Result<EngineCapabilities, LoadError>> {
    // The bundled model is small and fetched again in seconds; one of the clinic's store is not.
    if (this.options.modelId !== 'default') await keepStorage()
    const outcome = await this.#call<Result<EngineCapabilities, LoadError>>(
      (api, onEvent) => api.load(this.options.modelId, backend, onEvent),
      (e) => e.type === 'progress' && onProgress(e.progress),
      signal,
    )
    if (!outcome.ok) return err({ type: 'load-failed', code: outcome.error.type })
    if (outcome.value.ok) this.#loaded = outcome.value.value
    return outcome.value
  }

  async #generateOnce(
    messages: readonly ChatMessage[],
    options: GenerateOptions,
    onToken: (text: string) => void,
    signal?: Cancellation,
  ): Promise<Result<Generated, GenerateError>> {
    let overdue = false
    const watchdog = setTimeout(
      () => {
        overdue = true
        this.#worker.stop()
      },
      options.timeoutMs + (this.options.graceMs ?? 10_000),
    )
    const outcome = await this.#call<Result<Generated, GenerateError>>(
      (api, onEvent) => api.generate(messages, options, onEvent),
      (e) => e.type === 'token' && onToken(e.text),
      signal,
    )
    clearTimeout(watchdog)
    if (overdue) return err({ type: 'timeout', afterMs: options.timeoutMs })
    return outcome.ok ? outcome.value : err({ type: 'generation-failed', code: outcome.error.type })
  }

  /** One call with its stream of events; settles when the worker answered and said it is done. */
  #call<T>(
    call: (api: Pick<InferenceWorkerApi, 'load' | 'generate'>, onEvent: (e: InferenceEvent) => void) => Promise<T>,
    onEvent: (e: InferenceEvent) => void,
    signal?: Cancellation,
  ) {
    let active = false
    // Only this call: one waiting in the queue must not end the one that runs.
    signal?.addEventListener('abort', () => active && void this.#worker.api?.abort())
    return this.#worker.run(async (api) => {
      let finish = (): void => undefined
      const done = new Promise<void>((resolve) => {
        finish = resolve
      })
      const listener = proxy((e: InferenceEvent) => (e.type === 'done' ? finish() : onEvent(e)))
      active = true
      const answer = call(api as unknown as InferenceWorkerApi, listener)
      if (signal?.aborted) void api.abort()
      try {
        const value = await answer
        await done
        return value
      } finally {
        active = false
      }
    })
  }

  /** Gives this backend up for good and reports it; false at the foot of the ladder. A new backend needs a new worker. */
  #stepDown(reason: string): boolean {
    const from = this.#ladder[this.#rung] ?? 'wasm'
    const to = this.#ladder[this.#rung + 1] ?? null
    this.#worker.stop()
    if (to) this.#rung += 1
    this.options.onFallback({ from, to, reason })
    return to !== null
  }
}

const RUNTIME_CODES: ReadonlySet<string> = new Set(['device-lost', 'out-of-memory', 'runtime', 'worker-crashed'])

/** What another backend may do better. */
const STEP_DOWN: ReadonlySet<LoadError['type']> = new Set(['backend-unavailable', 'model-too-large', 'feature-missing'])

const mayStepDown = (e: LoadError): boolean =>
  STEP_DOWN.has(e.type) || (e.type === 'load-failed' && e.code !== 'version-mismatch')

/** Staff see it and logs may hold it: a code, whatever an engine or a server put in its place. */
const reasonOf = (e: LoadError): string => {
  if (e.type !== 'load-failed') return e.type
  return /^[a-z][a-z0-9:-]{0,60}$/.test(e.code) ? e.code : 'unknown'
}

/** The worker of this build. The literal form is what the bundler recognises. */
export const createInferenceWorker = (): Worker => {
  allowOwnScripts()
  return new Worker(new URL('../../../workers/inference/inference.worker.ts', import.meta.url), {
    type: 'module',
    name: 'inference',
  })
}
