import type { AppConfig } from '@mlc-ai/web-llm'
import { err, ok, type Result } from '#contracts/result.ts'
import type { Cancellation, LoadError, LoadProgress } from '#contracts/workers/inference.ts'
import type { ModelFile, ModelManifest } from '#contracts/workers/model.ts'
import type { Bytes, ShardSource, ShardStore } from '../model/shard-source.ts'
import { manifestHash, verifiedFiles } from '../model/verified-files.ts'
import { CONFIG, fileAt, keyBase, keyOf, type OpenCache, placedStore, scopeOf } from './placed-store.ts'

export type PlaceDeps = {
  shards: ShardSource
  store: ShardStore
  openCache: OpenCache
  /** The adapter has `shader-f16`. */
  hasF16: boolean
}

/** A model that lies, verified, where web-llm reads it. `special`: texts of special tokens, which no message may bring in. */
export type Placed = { appConfig: AppConfig; bytes: number; special: string[] }

const TENSORS = 'tensor-cache.json'
const TOKENIZER = 'tokenizer.json'

/**
 * Puts every file of an MLC folder into web-llm's cache: from `shards`, verified shard by shard, or left as it lies there when
 * every shard of it is still right. One file is in memory at a time. Shards go from `store` once their file is whole in the
 * cache, so that a device keeps one copy; `placedStore` finds them there.
 */
export const placeModel = async (
  manifest: ModelManifest,
  deps: PlaceDeps,
  onProgress: (p: LoadProgress) => void,
  signal?: Cancellation,
): Promise<Result<Placed, LoadError>> => {
  if ((await manifestHash(manifest.files)) !== manifest.hash) return err({ type: 'manifest-invalid', path: 'manifest.json' })
  const named = (path: string): ModelFile | undefined => manifest.files.find((f) => f.path === path)
  const [config, tensors, tokenizer] = [named(CONFIG), named(TENSORS), named(TOKENIZER)]
  const library = manifest.files.find((f) => f.path.endsWith('.wasm'))
  if (!config) return err({ type: 'manifest-invalid', path: CONFIG })
  if (!tensors) return err({ type: 'manifest-invalid', path: TENSORS })
  if (!tokenizer) return err({ type: 'manifest-invalid', path: TOKENIZER })
  // Weights alone cannot run: the pipeline writes them without a library where it has no compiler.
  if (!library) return err({ type: 'load-failed', code: 'library-missing' })

  const total = manifest.files.reduce((n, f) => n + f.bytes, 0)
  const place = placer(manifest, deps, total, onProgress, signal)

  const configBytes = await place(config)
  if (!configBytes.ok) return configBytes
  const needsF16 = /f16/.test(text(json(configBytes.value), 'quantization'))
  if (needsF16 && !deps.hasF16) return err({ type: 'load-failed', code: 'shader-f16-missing' })
  const tensorBytes = await place(tensors)
  if (!tensorBytes.ok) return tensorBytes
  if (!shardPaths(json(tensorBytes.value)).every((p) => named(p))) return err({ type: 'manifest-invalid', path: TENSORS })
  const tokenizerBytes = await place(tokenizer)
  if (!tokenizerBytes.ok) return tokenizerBytes
  const rest = manifest.files.filter((f) => f !== config && f !== tensors && f !== tokenizer)
  for (const file of rest) {
    const placed = await place(file)
    if (!placed.ok) return placed
  }
  const files = { config, tokenizer, library }
  return ok({
    appConfig: appConfigOf(manifest, files, needsF16),
    bytes: total,
    special: specialTexts(json(tokenizerBytes.value)),
  })
}

/** The only model web-llm hears of: its own list, with addresses elsewhere, is never used. */
const appConfigOf = (
  manifest: ModelManifest,
  files: { config: ModelFile; tokenizer: ModelFile; library: ModelFile },
  needsF16: boolean,
): AppConfig => ({
  cacheBackend: 'cache',
  model_list: [
    {
      model: keyBase(manifest),
      model_id: manifest.id,
      model_lib: keyOf(manifest, files.library),
      overrides: { context_window_size: manifest.contextTokens },
      required_features: needsF16 ? ['shader-f16'] : [],
      // A second look at what it takes from its cache. It has none for weights.
      integrity: {
        config: sri(files.config),
        model_lib: sri(files.library),
        tokenizer: { [TOKENIZER]: sri(files.tokenizer) },
      },
    },
  ],
})

/** Places one file after another and adds their progress up. */
const placer = (
  manifest: ModelManifest,
  { shards, store, openCache }: PlaceDeps,
  totalBytes: number,
  onProgress: (p: LoadProgress) => void,
  signal?: Cancellation,
) => {
  const placed = placedStore(manifest, store, openCache)
  let before = 0
  const onFile = ({ phase, loadedBytes }: LoadProgress): void => {
    if (phase !== 'prepare') onProgress({ phase, loadedBytes: before + loadedBytes, totalBytes })
  }
  return async (file: ModelFile): Promise<Result<Bytes, LoadError>> => {
    const got = await verifiedFiles(manifest, [file.path], shards, placed, onFile, signal)
    if (!got.ok) return got
    const whole = got.value.get(file.path)
    if (!whole) return err({ type: 'manifest-invalid', path: file.path })
    if (!(await fileAt(manifest, file, openCache))) {
      const cache = await openCache(scopeOf(file))
      try {
        await cache.put(keyOf(manifest, file), new Response(whole))
      } catch (e) {
        if (!(e instanceof DOMException && e.name === 'QuotaExceededError')) throw e
        return err({ type: 'no-room', neededBytes: file.bytes, freeBytes: 0 })
      }
      for (const shard of file.shards) await store.delete(shard.sha256)
    }
    before += file.bytes
    return ok(whole)
  }
}

/** `sha256-…` as Subresource Integrity writes it. */
const sri = (file: ModelFile): `sha256-${string}` =>
  `sha256-${btoa((file.sha256.match(/../g) ?? []).map((hex) => String.fromCharCode(Number.parseInt(hex, 16))).join(''))}`

const json = (bytes: Bytes): unknown => {
  try {
    return JSON.parse(new TextDecoder().decode(bytes))
  } catch {
    return null
  }
}

const text = (value: unknown, key: string): string => {
  const found = (value as Record<string, unknown> | null)?.[key]
  return typeof found === 'string' ? found : ''
}

/** Files a tensor cache names; one nameless entry for what is no tensor cache, so that it is refused. */
const shardPaths = (cache: unknown): string[] => {
  const records = (cache as { records?: unknown } | null)?.records
  return Array.isArray(records) && records.length > 0 ? records.map((r) => text(r, 'dataPath')) : ['']
}

const specialTexts = (tokenizer: unknown): string[] => {
  const added = (tokenizer as { added_tokens?: unknown } | null)?.added_tokens
  if (!Array.isArray(added)) return []
  return added
    .filter((t) => t?.special !== false)
    .map((t) => text(t, 'content'))
    .filter((t) => t !== '')
}
