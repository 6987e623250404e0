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
 * Fetches (or takes from the store) the shards of `paths`, compares size and SHA-256 of each and of each whole file, and
 * puts what is right into the store. Nothing unverified leaves this function.
 */
export const verifiedFiles = async (
  manifest: ModelManifest,
  paths: readonly string[],
  source: ShardSource,
  store: ShardStore,
  onProgress: (p: LoadProgress) => void,
  signal?: Cancellation,
): Promise<Result<VerifiedFiles, LoadError>> => {
  if ((await manifestHash(manifest.files)) !== manifest.hash) return err({ type: 'manifest-invalid', path: 'manifest.json' })
  const files = manifest.files.filter((f) => paths.includes(f.path))
  const totalBytes = files.reduce((n, f) => n + f.bytes, 0)
  const abort = new AbortController()
  signal?.addEventListener('abort', () => abort.abort())
  const report = progressOf(totalBytes, onProgress)

  const fetched = new Map<Shard, Bytes>()
  const kept = new Set<Shard>()
  const download = async (shard: Shard): Promise<LoadError | null> => {
    const { status, bytes } = await source.fetch(shard.path, (n) => report('download', n), abort.signal)
    if (signal?.aborted) return { type: 'aborted' }
    if (!bytes) return { type: 'shard-missing', path: shard.path, status }
    fetched.set(shard, bytes)
    return null
  }
  const matches = async (shard: Shard): Promise<boolean> => {
    const bytes = fetched.get(shard)
    return bytes?.byteLength === shard.bytes && (await sha256Hex(bytes)) === shard.sha256
  }

  const shards = files.flatMap((f) => f.shards)
  for (const shard of shards) {
    if (signal?.aborted) return err({ type: 'aborted' })
    const known = await store.get(shard.sha256)
    if (known) {
      fetched.set(shard, known)
      kept.add(shard)
      report('download', shard.bytes)
    } else {
      const problem = await download(shard)
      if (problem) return err(problem)
    }
  }
  for (const shard of shards) {
    if (signal?.aborted) return err({ type: 'aborted' })
    if (!(await matches(shard))) {
      if (!kept.has(shard)) return err({ type: 'shard-mismatch', path: shard.path })
      // The stored copy went bad: forget it and ask the server once more.
      await store.delete(shard.sha256)
      kept.delete(shard)
      const problem = await download(shard)
      if (problem) return err(problem)
      if (!(await matches(shard))) return err({ type: 'shard-mismatch', path: shard.path })
    }
    report('verify', shard.bytes)
  }

  const whole = new Map<string, Bytes>()
  for (const file of files) {
    const bytes = concat(file.shards.map((s) => fetched.get(s) ?? new Uint8Array()))
    if (bytes.byteLength !== file.bytes || (await sha256Hex(bytes)) !== file.sha256)
      return err({ type: 'manifest-invalid', path: file.path })
    whole.set(file.path, bytes)
  }
  for (const [shard, bytes] of fetched) if (!kept.has(shard)) await store.put(shard.sha256, bytes)
  return ok(whole)
}

/** Bytes only ever grow within a phase and never pass the total, whatever a server sends. */
const progressOf = (totalBytes: number, onProgress: (p: LoadProgress) => void) => {
  const loaded = { download: 0, verify: 0 }
  return (phase: 'download' | 'verify', bytes: number): void => {
    loaded[phase] = Math.min(totalBytes, loaded[phase] + bytes)
    onProgress({ phase, loadedBytes: loaded[phase], totalBytes })
  }
}
