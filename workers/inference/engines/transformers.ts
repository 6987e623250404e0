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
import { orderTokens, type TokenOrder } from '../constrain/token-mask.ts'
import { generate } from '../generate/generate.ts'
import type { LanguageModel } from '../generate/language-model.ts'
import { PromptCache } from '../generate/prompt-cache.ts'
import { chooseVariant } from '../model/variant.ts'
import { verifiedFiles } from '../model/verified-files.ts'
import { errorCode } from './error-code.ts'
import { loadCausalModel } from './onnx/causal-model.ts'
import { loadSequenceModel } from './onnx/sequence-model.ts'
import { readJson } from './onnx/text-model.ts'
import type { Platform } from './platform.ts'

type Loaded = {
  manifest: ModelManifest
  threads: number
  /** Each kind of model has a cache of its own, which only it looks into. */
  model: LanguageModel<unknown> & { dispose(): Promise<void> }
  order: TokenOrder
  prompts: PromptCache<unknown>
}

/**
 * The default engine: ONNX models (causal, or with an encoder) through transformers.js on WebGPU, WASM or Node. Loads only verified bytes, writes
 * schema-valid JSON, answers with values: an exception of the runtime becomes a code and never carries text.
 */
export class TransformersEngine implements InferenceEngine {
  #loaded: Loaded | null = null
  #busy = false

  constructor(private readonly platform: Platform) {}

  async load(
    manifest: ModelManifest,
    onProgress: (p: LoadProgress) => void,
    signal?: Cancellation,
  ): Promise<Result<EngineCapabilities, LoadError>> {
    await this.unload()
    const { platform } = this
    try {
      const ready = await platform.prepare()
      if (!ready.ok) return ready
      // Whether a model fits is known before its weights are asked for.
      const config = await verifiedFiles(manifest, ['config.json'], platform.shards, platform.store, () => undefined, signal)
      if (!config.ok) return config
      const choice = chooseVariant(manifest, ready.value.facts, readJson(config.value, 'config.json'))
      if (!choice.ok) return choice
      const { variant, paths, isSequence } = choice.value
      const files = await verifiedFiles(manifest, paths, platform.shards, platform.store, onProgress, signal)
      if (!files.ok) return files
      const totalBytes = [...files.value.values()].reduce((n, b) => n + b.byteLength, 0)
      onProgress({ phase: 'prepare', loadedBytes: 0, totalBytes })
      const load = isSequence ? loadSequenceModel : loadCausalModel
      const model = await load(manifest, files.value, variant, platform.device)
      if (!model.ok) return model
      if (signal?.aborted) {
        await model.value.dispose()
        return err({ type: 'aborted' })
      }
      const order = orderTokens(model.value.tokenBytes)
      this.#loaded = { manifest, threads: ready.value.threads, model: model.value, order, prompts: new PromptCache() }
      onProgress({ phase: 'prepare', loadedBytes: totalBytes, totalBytes })
      return ok(this.capabilities())
    } catch (e) {
      return err({ type: 'load-failed', code: errorCode(e) })
    }
  }

  async generate(
    messages: readonly ChatMessage[],
    options: GenerateOptions,
    onToken: (text: string) => void,
    signal?: Cancellation,
  ): Promise<Result<Generated, GenerateError>> {
    const loaded = this.#loaded
    if (!loaded) return err({ type: 'not-loaded' })
    if (this.#busy) return err({ type: 'generation-failed', code: 'busy' })
    this.#busy = true
    try {
      return await generate({ ...loaded, now: () => performance.now() }, messages, options, onToken, signal)
    } catch (e) {
      return err({ type: 'generation-failed', code: errorCode(e) })
    } finally {
      this.#busy = false
    }
  }

  capabilities(): EngineCapabilities {
    return {
      backend: this.platform.backend,
      webgpu: this.platform.backend === 'webgpu',
      threads: this.#loaded?.threads ?? 0,
      modelId: this.#loaded?.manifest.id ?? null,
      modelHash: this.#loaded?.manifest.hash ?? null,
    }
  }

  async unload(): Promise<void> {
    const loaded = this.#loaded
    this.#loaded = null
    loaded?.prompts.clear(loaded.model)
    await loaded?.model.dispose()
  }
}
