import { env } from '@huggingface/transformers'
import { err, ok, type Result } from '#contracts/result.ts'
import { type BundledError, ModelCatalog, type ModelManifest, type ModelTask } from '#contracts/workers/model.ts'
import { readManifest } from './read-manifest.ts'
import { cacheStore, webShards } from './shard-source.ts'
import { type VerifiedFiles, verifiedFiles } from './verified-files.ts'

const at = (path: string): string => new URL(path, self.location.origin).href

/** All files of the catalog's default model for `task`, fetched from the app's own origin and verified; else what was wrong. */
export const bundledFiles = async (
  task: ModelTask,
): Promise<Result<{ manifest: ModelManifest; files: VerifiedFiles }, BundledError>> => {
  const catalog = ModelCatalog.parse(await (await fetch(at('/model-shards/catalog.json'))).json())
  const entry = catalog.models.find((m) => m.task === task && m.default)
  if (!entry) return err({ type: 'model-unavailable', code: 'not-in-catalog' })
  const read = await readManifest(webShards(at('/model-shards/')), entry.manifest)
  if (!read.ok) return err({ type: 'model-unavailable', code: read.error.type })
  const manifest = read.value
  const folder = webShards(at(`/model-shards/${entry.manifest.replace(/[^/]+$/, '')}`))
  const paths = manifest.files.map((f) => f.path)
  const files = await verifiedFiles(manifest, paths, folder, cacheStore(), () => undefined)
  return files.ok ? ok({ manifest, files: files.value }) : err({ type: 'model-unavailable', code: files.error.type })
}

/** ONNX Runtime's WASM from the app's own origin, on one thread; false where the build has none. */
export const useOwnRuntime = (): boolean => {
  const wasm = env.backends.onnx.wasm
  if (!wasm) return false
  wasm.wasmPaths = { mjs: at('/ort/ort-wasm-simd-threaded.mjs'), wasm: at('/ort/ort-wasm-simd-threaded.wasm') }
  wasm.numThreads = 1
  return true
}
