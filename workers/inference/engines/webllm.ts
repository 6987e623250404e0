import type { AppConfig, MLCEngineConfig, MLCEngineInterface } from '@mlc-ai/web-llm'
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
import { cacheStore, type ShardSource } from '../model/shard-source.ts'
import { chat, DEVICE_LOST } from '../webllm/chat.ts'
import { type PlaceDeps, type Placed, placeModel } from '../webllm/place-model.ts'
import { errorCode } from './error-code.ts'

export type WebLlmPlatform = Omit<PlaceDeps, 'hasF16'> & {
  /** Null where there is no WebGPU. */
  adapter(): Promise<{ hasF16: boolean } | null>
  /** Brings web-llm, some megabytes of script. */
  library(): Promise<{ MLCEngine: new (config: MLCEngineConfig) => MLCEngineInterface }>
}

type Loaded = { manifest: ModelManifest; placed: Placed; engine: MLCEngineInterface }

const ignore = (): void => undefined

/**
 * MLC-compiled models through web-llm, on WebGPU only. Weights, configuration, tokenizer and compiled library are verified by our
 * own loader and handed over through web-llm's cache; it fetches nothing itself. A lost device is loaded again by itself.
 */
export class WebLlmEngine implements InferenceEngine {
  #loaded: Loaded | null = null
  #busy = false

  constructor(private readonly platform: WebLlmPlatform) {}

  async load(
    manifest: ModelManifest,
    onProgress: (p: LoadProgress) => void,
    signal?: Cancellation,
  ): Promise<Result<EngineCapabilities, LoadError>> {
    await this.unload()
    try {
      const adapter = await this.platform.adapter()
      if (!adapter) return err({ type: 'backend-unavailable', backend: 'webgpu' })
      const placed = await placeModel(manifest, { ...this.platform, hasF16: adapter.hasF16 }, onProgress, signal)
      if (!placed.ok) return placed
      const { appConfig, bytes } = placed.value
      const engine = await this.#start(manifest.id, appConfig, growing(bytes, onProgress))
      if (signal?.aborted) {
        await dispose(engine)
        return err({ type: 'aborted' })
      }
      this.#loaded = { manifest, placed: placed.value, engine }
      onProgress({ phase: 'prepare', loadedBytes: bytes, totalBytes: bytes })
      return ok(this.capabilities())
    } catch (e) {
      return err(loadError(e))
    }
  }

  async generate(
    messages: readonly ChatMessage[],
    options: GenerateOptions,
    onToken: (text: string) => void,
    signal?: Cancellation,
  ): Promise<Result<Generated, GenerateError>> {
    if (this.#busy) return err({ type: 'generation-failed', code: 'busy' })
    this.#busy = true
    try {
      const begun = performance.now()
      let written = false
      const note = (text: string): void => {
        written = true
        onToken(text)
      }
      const first = await this.#chat(messages, options, note, signal)
      if (first.ok || first.error.type !== 'generation-failed' || first.error.code !== DEVICE_LOST) return first
      const again = await this.#reload(signal)
      // What was streamed cannot be taken back: the caller decides on another try.
      if (!again || written) return first
      const left = options.timeoutMs - (performance.now() - begun)
      return await this.#chat(messages, { ...options, timeoutMs: left }, onToken, signal)
    } finally {
      this.#busy = false
    }
  }

  capabilities(): EngineCapabilities {
    const manifest = this.#loaded?.manifest
    return {
      backend: 'webgpu',
      webgpu: true,
      threads: 0,
      modelId: manifest?.id ?? null,
      modelHash: manifest?.hash ?? null,
    }
  }

  async unload(): Promise<void> {
    const loaded = this.#loaded
    this.#loaded = null
    if (loaded) await dispose(loaded.engine)
  }

  async #start(modelId: string, appConfig: AppConfig, onShare: (share: number) => void): Promise<MLCEngineInterface> {
    const { MLCEngine } = await this.platform.library()
    const engine = new MLCEngine({
      appConfig,
      initProgressCallback: ({ progress }) => onShare(progress),
      // Its log names tokens and prompts.
      logLevel: 'SILENT',
    })
    try {
      await engine.reload(modelId)
      return engine
    } catch (e) {
      await dispose(engine)
      throw e
    }
  }

  async #chat(
    messages: readonly ChatMessage[],
    options: GenerateOptions,
    onToken: (text: string) => void,
    signal?: Cancellation,
  ): Promise<Result<Generated, GenerateError>> {
    const loaded = this.#loaded
    if (!loaded) return err({ type: 'not-loaded' })
    const { manifest, placed, engine } = loaded
    const model = { engine, modelId: manifest.id, contextTokens: manifest.contextTokens, special: placed.special }
    return chat(model, messages, options, onToken, () => performance.now(), signal)
  }

  /** The same model on a new device, its files verified again; false when that failed too, and then nothing is loaded. */
  async #reload(signal?: Cancellation): Promise<boolean> {
    const manifest = this.#loaded?.manifest
    return manifest ? (await this.load(manifest, ignore, signal)).ok : false
  }
}

/** The engine in a browser worker. web-llm comes only when a model needs it. */
export const webLlmEngine = (shards: ShardSource): WebLlmEngine =>
  new WebLlmEngine({
    shards,
    store: cacheStore(),
    openCache: (scope) => caches.open(scope),
    adapter: async () => {
      const adapter = await navigator.gpu?.requestAdapter({ powerPreference: 'high-performance' }).catch(() => null)
      return adapter ? { hasF16: adapter.features.has('shader-f16') } : null
    },
    library: () => import('@mlc-ai/web-llm'),
  })

/** Shares of the work as bytes that only grow. */
const growing = (totalBytes: number, onProgress: (p: LoadProgress) => void): ((share: number) => void) => {
  let most = 0
  return (share) => {
    most = Math.max(most, Math.min(1, share) * totalBytes)
    onProgress({ phase: 'prepare', loadedBytes: Math.floor(most), totalBytes })
  }
}

/** A device that is gone makes its own disposal fail. */
const dispose = (engine: MLCEngineInterface): Promise<void> => engine.unload().catch(ignore)

const LOAD_CODES: Readonly<Record<string, string>> = {
  ShaderF16SupportError: 'shader-f16-missing',
  FeatureSupportError: 'gpu-feature-missing',
  DeviceLostError: DEVICE_LOST,
  IntegrityError: 'integrity',
  QuotaExceededError: 'out-of-storage',
}

/** web-llm's exceptions while loading, by their names; its texts quote addresses and are not passed on. */
export const loadError = (e: unknown): LoadError => {
  const { name, message } = e instanceof Error || e instanceof DOMException ? e : { name: '', message: '' }
  if (/^WebGPUNot(Available|Found)Error$/.test(name) || /find a compatible GPU/.test(message))
    return { type: 'backend-unavailable', backend: 'webgpu' }
  if (/requested=.*limit=/s.test(message)) return { type: 'load-failed', code: 'gpu-limit' }
  if (e instanceof WebAssembly.CompileError || e instanceof WebAssembly.LinkError)
    return { type: 'load-failed', code: 'library-invalid' }
  if (/dynamically imported module|Importing a module/i.test(message)) return { type: 'load-failed', code: 'engine-missing' }
  return { type: 'load-failed', code: LOAD_CODES[name] ?? errorCode(e) }
}
