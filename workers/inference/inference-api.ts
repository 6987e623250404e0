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

export type InferenceDeps = {
  /** The shards folder: `catalog.json` and what it names. */
  shards: ShardSource
  /** Keeps catalog and manifest for a start without the server. */
  documents: ShardStore
  engine(backend: 'webgpu' | 'wasm', shards: ShardSource): InferenceEngine
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
    if (chosen === 'node') return err({ type: 'backend-unavailable', backend: chosen })
    await current?.unload()
    current = null
    const found = await findModel(withLastKnown(shards, documents), modelId === 'default' ? null : modelId)
    if (!found.ok) return found
    const next = engine(chosen, within(shards, found.value.folder))
    const loaded = await next.load(found.value.manifest, (progress) => onEvent({ type: 'progress', progress }), running.signal)
    if (loaded.ok) current = next
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
