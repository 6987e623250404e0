import { err, ok, type Result } from '#contracts/result.ts'
import type { LoadError } from '#contracts/workers/inference.ts'
import { ModelCatalog, type ModelManifest, type ModelRow } from '#contracts/workers/model.ts'
import { readManifest } from './read-manifest.ts'
import type { ShardSource } from './shard-source.ts'

/** The clinic server's list: bundled models and those of its store. Manifests there are absolute paths. */
const CLINIC_CATALOG = '/models/catalog.json'

/**
 * The manifest of `modelId`, and the folder its shards are relative to. `modelId` null takes the default for text generation of
 * the app's own `catalog.json`; another is looked up there, then in the clinic server's list.
 */
export const findModel = async (
  source: ShardSource,
  modelId: string | null,
): Promise<Result<{ manifest: ModelManifest; folder: string; engine: ModelRow['engine'] }, LoadError>> => {
  const catalog = await readJson(source, 'catalog.json', ModelCatalog)
  if (!catalog.ok) return catalog
  const fits = (m: ModelRow): boolean => m.task === 'text-generation' && (modelId === null ? m.default : m.id === modelId)
  let entry = catalog.value.models.find(fits)
  if (!entry && modelId !== null) {
    const clinic = await readJson(source, CLINIC_CATALOG, ModelCatalog)
    // A clinic without a store has no such list.
    if (!clinic.ok && clinic.error.type !== 'shard-missing') return clinic
    entry = clinic.ok ? clinic.value.models.find(fits) : undefined
  }
  // A clinic without a language model is no sign of tampering.
  if (!entry) return err({ type: 'shard-missing', path: 'catalog.json', status: 404 })
  const manifest = await readManifest(source, entry.manifest)
  if (!manifest.ok) return manifest
  if (manifest.value.id !== entry.id || manifest.value.task !== 'text-generation')
    return err({ type: 'manifest-invalid', path: entry.manifest })
  const folder = entry.manifest.slice(0, entry.manifest.lastIndexOf('/') + 1)
  return ok({ manifest: manifest.value, folder, engine: entry.engine })
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
