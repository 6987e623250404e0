import { err, ok, type Result } from '#contracts/result.ts'
import type { LoadError } from '#contracts/workers/inference.ts'
import { ModelManifest, TrustedKeys } from '#contracts/workers/model.ts'
import type { ShardSource } from './shard-source.ts'
import { verifySignature } from './signature.ts'

const KEYS = 'trusted-keys.json'
const invalid = (path: string) => err({ type: 'manifest-invalid' as const, path })
const json = (bytes: Uint8Array): unknown => {
  try {
    return JSON.parse(new TextDecoder().decode(bytes))
  } catch {
    return undefined
  }
}

/**
 * The manifest at `path` of the app's own shards folder (`source`). Where that folder names release keys, the bytes of the manifest
 * must carry the signature (`manifest.jws` beside it) of one of them. A model of the clinic's store (an absolute path) was taken in by
 * a person at the clinic's server, which checked it then; it needs no release key.
 */
export const readManifest = async (source: ShardSource, path: string): Promise<Result<ModelManifest, LoadError>> => {
  const { status, bytes } = await source.fetch(path, () => undefined)
  if (!bytes) return err({ type: 'shard-missing', path, status })
  const parsed = ModelManifest.safeParse(json(bytes))
  if (!parsed.success) return invalid(path)
  if (path.startsWith('/')) return ok(parsed.data)
  const keys = await source.fetch(KEYS, () => undefined)
  if (!keys.bytes) return ok(parsed.data)
  const trusted = TrustedKeys.safeParse(json(keys.bytes))
  if (!trusted.success) return invalid(KEYS)
  if (trusted.data.keys.length === 0) return ok(parsed.data)
  const at = path.replace(/[^/]+$/, 'manifest.jws')
  const signature = await source.fetch(at, () => undefined)
  if (!signature.bytes) return invalid(at)
  const verdict = await verifySignature(bytes, new TextDecoder().decode(signature.bytes), trusted.data)
  return verdict.ok ? ok(parsed.data) : invalid(at)
}
