import type { ModelFile, ModelManifest } from '#contracts/workers/model.ts'
import type { ShardStore } from '../model/shard-source.ts'

/** web-llm's names of its three caches (its `cache_util`). */
type Scope = 'webllm/config' | 'webllm/wasm' | 'webllm/model'

export type OpenCache = (scope: Scope) => Promise<Pick<Cache, 'match' | 'put' | 'delete'>>

export const CONFIG = 'mlc-chat-config.json'

export const scopeOf = (file: ModelFile): Scope =>
  file.path === CONFIG ? 'webllm/config' : file.path.endsWith('.wasm') ? 'webllm/wasm' : 'webllm/model'

/**
 * Base of the keys under which web-llm finds a model's files. They are names, not addresses: `.invalid` never resolves and the
 * page's policy forbids it, so a file that is not in the cache fails instead of coming from somewhere unverified. (web-llm also
 * fetches a library past its cache when its address holds "localhost".) The manifest's hash keeps versions apart.
 */
export const keyBase = (manifest: ModelManifest): string => `https://models.invalid/${manifest.hash}/resolve/main/`

export const keyOf = (manifest: ModelManifest, file: ModelFile): string => keyBase(manifest) + file.path

/** The file as it lies in web-llm's cache, unverified; null when it is not there or of another size. */
export const fileAt = async (manifest: ModelManifest, file: ModelFile, openCache: OpenCache): Promise<Blob | null> => {
  const lying = await (await openCache(scopeOf(file))).match(keyOf(manifest, file))
  const blob = await lying?.blob()
  return blob?.size === file.bytes ? blob : null
}

/**
 * `store` and, behind the same keys, the shards of files that lie whole in web-llm's cache. So a model is found on the device, and
 * verified, the same way before and after it was placed: use this wherever shards of an MLC model are kept, counted or removed.
 */
export const placedStore = (manifest: ModelManifest, store: ShardStore, openCache: OpenCache): ShardStore => {
  const slice = async (sha256: string): Promise<Blob | null> => {
    for (const file of manifest.files) {
      const n = file.shards.findIndex((s) => s.sha256 === sha256)
      const blob = n < 0 ? null : await fileAt(manifest, file, openCache)
      if (!blob) continue
      const start = file.shards.slice(0, n).reduce((sum, s) => sum + s.bytes, 0)
      return blob.slice(start, start + (file.shards[n]?.bytes ?? 0))
    }
    return null
  }
  return {
    ...store,
    get: async (sha256) => {
      const blob = await slice(sha256)
      return blob ? new Uint8Array(await blob.arrayBuffer()) : store.get(sha256)
    },
    has: async (sha256) => (await slice(sha256)) !== null || ((await store.has?.(sha256)) ?? false),
    delete: async (sha256) => {
      for (const file of manifest.files)
        if (file.shards.some((s) => s.sha256 === sha256)) await (await openCache(scopeOf(file))).delete(keyOf(manifest, file))
      await store.delete(sha256)
    },
  }
}
