import '#contracts/no-eval.ts'

import { env } from '@huggingface/transformers'
import * as Comlink from 'comlink'
import wasmUrl from 'voy-search/voy_search_bg.wasm?url'
import { err, ok, type Result } from '#contracts/result.ts'
import { ModelCatalog, ModelManifest } from '#contracts/workers/model.ts'
import { RETRIEVAL_CONTRACT, type RetrievalError, type RetrievalWorkerApi } from '#contracts/workers/retrieval.ts'
import { cacheStore, webShards } from '../inference/model/shard-source.ts'
import { verifiedFiles } from '../inference/model/verified-files.ts'
import { type Embedder, loadEmbedder } from './embedder.ts'
import type { HybridIndex } from './hybrid-index.ts'
import { openIndex, readIndexManifest } from './open-index.ts'
import { startVoy } from './voy.ts'

const at = (path: string): string => new URL(path, self.location.origin).href
let index: HybridIndex | null = null

const bundledEmbedder = async (): Promise<Result<{ embedder: Embedder; hash: string }, RetrievalError>> => {
  const fail = (code: string) => err({ type: 'embedder-failed' as const, code })
  const models = webShards(at('/model-shards/'))
  const catalog = ModelCatalog.parse(await (await fetch(at('/model-shards/catalog.json'))).json())
  const entry = catalog.models.find((m) => m.task === 'feature-extraction' && m.default)
  if (!entry) return fail('not-in-catalog')
  const { bytes } = await models.fetch(entry.manifest, () => undefined)
  if (!bytes) return fail('manifest-missing')
  const manifest = ModelManifest.parse(JSON.parse(new TextDecoder().decode(bytes)))
  const folder = webShards(at(`/model-shards/${entry.manifest.replace(/[^/]+$/, '')}`))
  const files = await verifiedFiles(
    manifest,
    manifest.files.map((f) => f.path),
    folder,
    cacheStore(),
    () => undefined,
  )
  if (!files.ok) return fail(files.error.type)
  const wasm = env.backends.onnx.wasm
  if (!wasm) return fail('no-wasm')
  wasm.wasmPaths = { mjs: at('/ort/ort-wasm-simd-threaded.mjs'), wasm: at('/ort/ort-wasm-simd-threaded.wasm') }
  wasm.numThreads = 1
  return ok({ embedder: await loadEmbedder(manifest, files.value, 'wasm'), hash: manifest.hash })
}

const api: RetrievalWorkerApi = {
  version: () => RETRIEVAL_CONTRACT,
  load: async () => {
    try {
      await startVoy(await (await fetch(wasmUrl)).arrayBuffer())
      const source = webShards(at('/knowledge/'))
      const manifest = await readIndexManifest(source)
      if (!manifest.ok) return manifest
      const embedder = await bundledEmbedder()
      if (!embedder.ok) return embedder
      const opened = await openIndex(manifest.value, source, embedder.value.embedder, embedder.value.hash)
      if (!opened.ok) return opened
      index = opened.value
      return ok({ indexId: manifest.value.id, passages: index.size, embedderId: embedder.value.embedder.id })
    } catch (e) {
      return err({ type: 'embedder-failed', code: e instanceof Error ? e.name : 'unknown' })
    }
  },
  query: async (q) => {
    if (!index) return err({ type: 'index-missing', status: 0 })
    try {
      return ok(await index.query(q))
    } catch (e) {
      return err({ type: 'embedder-failed', code: e instanceof Error ? e.name : 'unknown' })
    }
  },
  passage: async (id) => index?.passage(id) ?? null,
}

Comlink.expose(api)
