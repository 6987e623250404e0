import '#contracts/no-eval.ts'

import { createInferenceWorker, type Fallback, InferenceClient } from '#adapters/workers/inference-client.ts'
import type { Backend } from '#contracts/workers/inference.ts'
import { ModelManifest } from '#contracts/workers/model.ts'
import { cacheStore, webShards } from '#workers/inference/model/shard-source.ts'
import { placeModel } from '#workers/inference/webllm/place-model.ts'
import { fileAt, placedStore } from '#workers/inference/webllm/placed-store.ts'

const openCache = (scope: string): Promise<Cache> => caches.open(scope)
const folder = (model: string): string => `${location.origin}/model-shards/${model}/`

const manifestOf = async (model: string): Promise<ModelManifest> =>
  ModelManifest.parse(await (await fetch(`${folder(model)}manifest.json`)).json())

/** Through page, client and worker, as the kiosk loads a model. */
export const loadAs = async (modelId: string, ladder: Backend[]) => {
  const fallbacks: Fallback[] = []
  const client = new InferenceClient({
    createWorker: createInferenceWorker,
    modelId,
    ladder,
    onFallback: (f) => fallbacks.push(f),
  })
  const loaded = await client.load()
  client.stop()
  return { loaded, fallbacks }
}

/** Runs our loader on a model's folder, then asks web-llm itself what its cache holds. */
export const place = async (model: string, hasF16 = false) => {
  const manifest = await manifestOf(model)
  const deps = { shards: webShards(folder(model)), store: cacheStore(), openCache, hasF16 }
  const progress: string[] = []
  const placed = await placeModel(manifest, deps, (p) => progress.push(`${p.phase} ${p.loadedBytes}/${p.totalBytes}`))
  const appConfig = placed.ok ? placed.value.appConfig : null
  const { hasModelInCache } = await import('@mlc-ai/web-llm')
  return { placed, progress, known: appConfig !== null && (await hasModelInCache(manifest.id, appConfig)) }
}

/** Flips one bit of a file where web-llm would read it. */
export const damage = async (path: string): Promise<void> => {
  for (const scope of ['webllm/config', 'webllm/wasm', 'webllm/model'])
    for (const request of await (await openCache(scope)).keys()) {
      if (!request.url.endsWith(`/${path}`)) continue
      const cache = await openCache(scope)
      const bytes = new Uint8Array((await (await cache.match(request))?.arrayBuffer()) ?? new ArrayBuffer(0))
      bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1
      await cache.put(request, new Response(bytes))
    }
}

/** Where the device keeps the shards of a model: in our store, in web-llm's cache, and seen through both. */
export const kept = async (model: string) => {
  const manifest = await manifestOf(model)
  const store = cacheStore()
  const both = placedStore(manifest, store, openCache)
  const count = { store: 0, cache: 0, both: 0 }
  for (const file of manifest.files)
    for (const shard of file.shards) {
      if (await store.has?.(shard.sha256)) count.store++
      if (await fileAt(manifest, file, openCache)) count.cache++
      if (await both.has?.(shard.sha256)) count.both++
    }
  return count
}

export type WebLlmHarness = { loadAs: typeof loadAs; place: typeof place; damage: typeof damage; kept: typeof kept }
