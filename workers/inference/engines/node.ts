/// <reference types="node" />
import { readFile } from 'node:fs/promises'
import { totalmem } from 'node:os'
import { dirname, join, resolve, sep } from 'node:path'
import { err, ok, type Result } from '#contracts/result.ts'
import type { LoadError } from '#contracts/workers/inference.ts'
import { type BundledError, ModelCatalog, type ModelManifest, type ModelTask } from '#contracts/workers/model.ts'
import { findModel } from '../model/catalog.ts'
import { readManifest } from '../model/read-manifest.ts'
import { type Bytes, noStore, type ShardSource } from '../model/shard-source.ts'
import { type VerifiedFiles, verifiedFiles } from '../model/verified-files.ts'
import { TransformersEngine } from './transformers.ts'

/** Shards from a folder on disk; paths that lead out of it are not found. */
export const diskShards = (folder: string): ShardSource => ({
  fetch: async (path, onBytes) => {
    const root = resolve(folder)
    const file = resolve(root, path)
    if (!file.startsWith(root + sep)) return { status: 404, bytes: null }
    try {
      const bytes: Bytes = new Uint8Array(await readFile(file))
      onBytes(bytes.byteLength)
      return { status: 200, bytes }
    } catch {
      return { status: 404, bytes: null }
    }
  },
})

/** The engine on Node (ONNX Runtime's native CPU build), for evaluation and tests. `folder` holds the manifest's shards. */
export const nodeEngine = (folder: string): TransformersEngine =>
  new TransformersEngine({
    backend: 'node',
    device: 'cpu',
    shards: diskShards(folder),
    store: noStore,
    prepare: async () =>
      ok({ threads: 0, facts: { backend: 'node', shaderF16: false, bufferBytes: null, memoryBytes: totalmem() } }),
  })

/**
 * A model of the catalog in `shards` (e.g. `model-shards`) with an engine that can load it; null takes the default one:
 * `const m = await findNodeModel('model-shards', null); if (m.ok) await m.value.engine.load(m.value.manifest, onProgress)`
 */
export const findNodeModel = async (
  shards: string,
  modelId: string | null,
): Promise<Result<{ manifest: ModelManifest; engine: TransformersEngine }, LoadError>> => {
  const found = await findModel(diskShards(shards), modelId)
  return found.ok ? ok({ manifest: found.value.manifest, engine: nodeEngine(join(shards, found.value.folder)) }) : found
}

/** All files of the catalog's default model for `task`, verified; else what was wrong. */
export const bundledOnDisk = async (
  task: ModelTask,
  shards = 'model-shards',
): Promise<Result<{ manifest: ModelManifest; files: VerifiedFiles }, BundledError>> => {
  const bytes = await readFile(join(shards, 'catalog.json'), 'utf8').catch(() => null)
  if (bytes === null) return err({ type: 'model-unavailable', code: 'catalog-missing' })
  const entry = ModelCatalog.parse(JSON.parse(bytes)).models.find((m) => m.task === task && m.default)
  if (!entry) return err({ type: 'model-unavailable', code: 'not-in-catalog' })
  const read = await readManifest(diskShards(shards), entry.manifest)
  if (!read.ok) return err({ type: 'model-unavailable', code: read.error.type })
  const manifest = read.value
  const folder = dirname(join(shards, entry.manifest))
  const paths = manifest.files.map((f) => f.path)
  const files = await verifiedFiles(manifest, paths, diskShards(folder), noStore, () => undefined)
  return files.ok ? ok({ manifest, files: files.value }) : err({ type: 'model-unavailable', code: files.error.type })
}
