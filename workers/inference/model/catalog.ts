import { err, ok, type Result } from '#contracts/result.ts'
import type { LoadError } from '#contracts/workers/inference.ts'
import { ModelCatalog, ModelManifest } from '#contracts/workers/model.ts'
import type { ShardSource } from './shard-source.ts'

/**
 * The manifest of `modelId` from `catalog.json`, and the folder its shards are relative to. `modelId` null takes the
 * catalog's default for text generation.
 */
export const findModel = async (
  source: ShardSource,
  modelId: string | null,
): Promise<Result<{ manifest: ModelManifest; folder: string }, LoadError>> => {
  const catalog = await readJson(source, 'catalog.json', ModelCatalog)
  if (!catalog.ok) return catalog
  const entry = catalog.value.models.find(
    (m) => m.task === 'text-generation' && m.engine === 'transformers' && (modelId === null ? m.default : m.id === modelId),
  )
  // A clinic without a language model is no sign of tampering.
  if (!entry) return err({ type: 'shard-missing', path: 'catalog.json', status: 404 })
  const manifest = await readJson(source, entry.manifest, ModelManifest)
  if (!manifest.ok) return manifest
  if (manifest.value.id !== entry.id || manifest.value.task !== 'text-generation')
    return err({ type: 'manifest-invalid', path: entry.manifest })
  return ok({ manifest: manifest.value, folder: entry.manifest.slice(0, entry.manifest.lastIndexOf('/') + 1) })
}

/** The same source with paths relative to `folder`. */
export const within = (source: ShardSource, folder: string): ShardSource => ({
  fetch: (path, onBytes, signal) => source.fetch(folder + path, onBytes, signal),
})

const readJson = async <T>(
  source: ShardSource,
  path: string,
  schema: { safeParse(v: unknown): { success: true; data: T } | { success: false } },
): Promise<Result<T, LoadError>> => {
  const { status, bytes } = await source.fetch(path, () => undefined)
  if (!bytes) return err({ type: 'shard-missing', path, status })
  try {
    const parsed = schema.safeParse(JSON.parse(new TextDecoder().decode(bytes)))
    return parsed.success ? ok(parsed.data) : err({ type: 'manifest-invalid', path })
  } catch {
    return err({ type: 'manifest-invalid', path })
  }
}
