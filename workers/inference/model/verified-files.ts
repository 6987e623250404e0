import { err, ok, type Result } from '#contracts/result.ts'
import type { Cancellation, LoadError, LoadProgress } from '#contracts/workers/inference.ts'
import type { ModelFile, ModelManifest } from '#contracts/workers/model.ts'
import { sha256Hex } from './sha256.ts'
import { type Bytes, concat, type ShardSource, type ShardStore } from './shard-source.ts'

/** Whole files by the path the engine asks for; every byte was compared with the manifest. */
export type VerifiedFiles = ReadonlyMap<string, Bytes>

type Shard = ModelFile['shards'][number]

/** SHA-256 over the file list (`path sha256` lines, sorted, joined by line feeds), lower-case hex: a manifest's `hash`. */
export const manifestHash = async (files: readonly Pick<ModelFile, 'path' | 'sha256'>[]): Promise<string> =>
  sha256Hex(
    new TextEncoder().encode(
      files
        .map((f) => `${f.path} ${f.sha256}`)
        .sort()
        .join('\n'),
    ),
  )

/**
 * The shards of `paths`, one after the other in the order of the manifest: from the store, or fetched and put there. Size and
 * SHA-256 of each are compared before `take` gets it. A download that was stopped (a pause, a lost connection) goes on at the
 * shard where it stopped. Whoever joins shards compares the file's hash.
 */
const eachShard = async (
  manifest: ModelManifest,
  paths: readonly string[],
  source: ShardSource,
  store: ShardStore,
  take: (file: ModelFile, bytes: Bytes) => void | Promise<void>,
  onProgress: (p: LoadProgress) => void,
  signal?: Cancellation,
): Promise<Result<void, LoadError>> => {
  if ((await manifestHash(manifest.files)) !== manifest.hash) return err({ type: 'manifest-invalid', path: 'manifest.json' })
  const files = manifest.files.filter((f) => paths.includes(f.path))
  const shards = files.flatMap((file) => file.shards.map((shard) => ({ file, shard })))
  const abort = new AbortController()
  signal?.addEventListener('abort', () => abort.abort())
  const report = progressOf(
    files.reduce((n, f) => n + f.bytes, 0),
    onProgress,
  )
  const missing = await bytesMissing(
    shards.map((s) => s.shard),
    store,
  )
  const room = await store.reserve?.(missing)
  if (room && !room.ok) return room

  const download = async (shard: Shard): Promise<Result<Bytes, LoadError>> => {
    const { status, bytes } = await source.fetch(shard.path, (n) => report('download', n), abort.signal)
    if (signal?.aborted) return err({ type: 'aborted' })
    if (!bytes) return err({ type: 'shard-missing', path: shard.path, status })
    if (!(await matches(shard, bytes))) return err({ type: 'shard-mismatch', path: shard.path })
    await store.put(shard.sha256, bytes)
    return ok(bytes)
  }
  for (const { file, shard } of shards) {
    if (signal?.aborted) return err({ type: 'aborted' })
    let bytes = await store.get(shard.sha256)
    if (bytes) report('download', shard.bytes)
    if (bytes && !(await matches(shard, bytes))) {
      // The stored copy went bad: forget it and ask the server once more.
      await store.delete(shard.sha256)
      bytes = null
    }
    if (!bytes) {
      const fetched = await download(shard)
      if (!fetched.ok) return fetched
      bytes = fetched.value
    }
    report('verify', shard.bytes)
    await take(file, bytes)
  }
  return ok(undefined)
}

/** All files of `paths`, whole and verified, in memory. Nothing unverified leaves this function. */
export const verifiedFiles = async (
  manifest: ModelManifest,
  paths: readonly string[],
  source: ShardSource,
  store: ShardStore,
  onProgress: (p: LoadProgress) => void,
  signal?: Cancellation,
): Promise<Result<VerifiedFiles, LoadError>> => {
  const taken = new Map<string, Bytes[]>()
  const take = (file: ModelFile, bytes: Bytes): void => {
    taken.set(file.path, [...(taken.get(file.path) ?? []), bytes])
  }
  const done = await eachShard(manifest, paths, source, store, take, onProgress, signal)
  if (!done.ok) return done
  const whole = new Map<string, Bytes>()
  for (const file of manifest.files.filter((f) => taken.has(f.path))) {
    const bytes = concat(taken.get(file.path) ?? [])
    // Joined files take the place of their shards, so that a model is not in memory twice.
    taken.delete(file.path)
    if (bytes.byteLength !== file.bytes || (await sha256Hex(bytes)) !== file.sha256)
      return err({ type: 'manifest-invalid', path: file.path })
    whole.set(file.path, bytes)
  }
  return ok(whole)
}

const matches = async (shard: Shard, bytes: Bytes): Promise<boolean> =>
  bytes.byteLength === shard.bytes && (await sha256Hex(bytes)) === shard.sha256

const bytesMissing = async (shards: readonly Shard[], store: ShardStore): Promise<number> => {
  let missing = 0
  for (const shard of shards) if (!(await store.has?.(shard.sha256))) missing += shard.bytes
  return missing
}

/** Bytes only ever grow within a phase and never pass the total, whatever a server sends. */
const progressOf = (totalBytes: number, onProgress: (p: LoadProgress) => void) => {
  const loaded = { download: 0, verify: 0 }
  return (phase: 'download' | 'verify', bytes: number): void => {
    loaded[phase] = Math.min(totalBytes, loaded[phase] + bytes)
    onProgress({ phase, loadedBytes: loaded[phase], totalBytes })
  }
}
