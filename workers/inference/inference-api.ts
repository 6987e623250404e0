import { err, type Result } from '#contracts/result.ts'
import {
  type Backend,
  type EngineCapabilities,
  INFERENCE_CONTRACT,
  type InferenceEngine,
  type InferenceEvent,
  type InferenceWorkerApi,
  type LoadError,
} from '#contracts/workers/inference.ts'
import { findModel, within } from './model/catalog.ts'
import { type ShardSource, type ShardStore, withLastKnown } from './model/shard-source.ts'

/** Engines that run on the device itself, as the catalog names them. */
export type BrowserEngine = 'transformers' | 'webllm'

export type InferenceDeps = {
  /** The shards folder: `catalog.json` and what it names. */
  shards: ShardSource
  /** Keeps catalog and manifest for a start without the server. */
  documents: ShardStore
  engine(kind: BrowserEngine, backend: 'webgpu' | 'wasm', shards: ShardSource): InferenceEngine
  hasWebGpu(): boolean
}

/** The worker's side of the contract; `modelId` `default` takes the catalog's default. Nothing here throws to the page. */
export const inferenceApi = ({ shards, documents, engine, hasWebGpu }: InferenceDeps): InferenceWorkerApi => {
  let current: InferenceEngine | null = null
  let running = new AbortController()

  const load = async (
    modelId: string,
    backend: 'auto' | Backend,
    onEvent: (e: InferenceEvent) => void,
  ): Promise<Result<EngineCapabilities, LoadError>> => {
    const chosen = backend === 'auto' ? (hasWebGpu() ? 'webgpu' : 'wasm') : backend
    if (chosen === 'node' || chosen === 'remote') return err({ type: 'backend-unavailable', backend: chosen })
    await current?.unload()
    current = null
    const first = await loadOne(modelId === 'default' ? null : modelId, chosen, onEvent)
    const twin = first.ok || !lacksF16(first.error) ? null : twinWithoutF16(modelId)
    // Told by the model's id in the answer, which goes into the packet.
    return twin === null ? first : withoutTwin(await loadOne(twin, chosen, onEvent), first)
  }

  const loadOne = async (
    modelId: string | null,
    backend: 'webgpu' | 'wasm',
    onEvent: (e: InferenceEvent) => void,
  ): Promise<Result<EngineCapabilities, LoadError>> => {
    const found = await findModel(withLastKnown(shards, documents), modelId)
    if (!found.ok) return found
    const { manifest, folder, engine: kind } = found.value
    if (kind === 'endpoint') return err({ type: 'backend-unavailable', backend: 'remote' })
    if (kind === 'webllm' && backend !== 'webgpu') return err({ type: 'backend-unavailable', backend })
    const next = engine(kind, backend, within(shards, folder))
    const loaded = await next.load(manifest, (progress) => onEvent({ type: 'progress', progress }), running.signal)
    if (!loaded.ok) return loaded
    // A packet names the model that is loaded: one that is not the manifest's is none that anybody verified.
    const { modelId: id, modelHash: hash, backend: on } = loaded.value
    if (id !== manifest.id || hash !== manifest.hash || on !== backend) {
      await next.unload()
      return err({ type: 'load-failed', code: 'other-model' })
    }
    current = next
    return loaded
  }

  /** Runs a job that `abort` can stop, and tells the page when no more events will come. */
  const during = async <T>(onEvent: (e: InferenceEvent) => void, job: () => Promise<T>): Promise<T> => {
    running = new AbortController()
    try {
      return await job()
    } finally {
      onEvent({ type: 'done' })
    }
  }

  return {
    version: () => INFERENCE_CONTRACT,
    load: (modelId, backend, onEvent) => during(onEvent, () => load(modelId, backend, onEvent)),
    generate: (messages, options, onEvent) =>
      during(onEvent, async () =>
        current
          ? current.generate(messages, options, (text) => onEvent({ type: 'token', text }), running.signal)
          : err({ type: 'not-loaded' }),
      ),
    abort: () => running.abort(),
    unload: async () => {
      running.abort()
      await current?.unload()
      current = null
    },
  }
}

const lacksF16 = (error: LoadError): boolean => error.type === 'load-failed' && error.code === 'shader-f16-missing'

/** MLC names a model's quantisation in its id: `…-q4f16_1-MLC` computes in half precision, `…-q4f32_1-MLC` in single. */
const twinWithoutF16 = (modelId: string): string | null => {
  const twin = modelId.replace(/(-q\d+)f16/, '$1f32')
  return twin === modelId ? null : twin
}

/** A clinic that has only the one variant hears why that one does not run. */
const withoutTwin = <T>(twin: Result<T, LoadError>, first: Result<T, LoadError>): Result<T, LoadError> =>
  !twin.ok && twin.error.type === 'shard-missing' && twin.error.path === 'catalog.json' ? first : twin
