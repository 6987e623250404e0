import '#contracts/no-eval.ts'

import * as Comlink from 'comlink'
import wasmUrl from 'voy-search/voy_search_bg.wasm?url'
import { err, ok, type Result } from '#contracts/result.ts'
import { RETRIEVAL_CONTRACT, type RetrievalError, type RetrievalWorkerApi } from '#contracts/workers/retrieval.ts'
import { bundledFiles, useOwnRuntime } from '../inference/model/bundled-files.ts'
import { webShards } from '../inference/model/shard-source.ts'
import { type Embedder, loadEmbedder } from './embedder.ts'
import type { HybridIndex } from './hybrid-index.ts'
import { openIndex, readIndexManifest } from './open-index.ts'
import { startVoy } from './voy.ts'

const at = (path: string): string => new URL(path, self.location.origin).href
let index: HybridIndex | null = null

const bundledEmbedder = async (): Promise<Result<{ embedder: Embedder; hash: string }, RetrievalError>> => {
  const fail = (code: string) => err({ type: 'embedder-failed' as const, code })
  const bundled = await bundledFiles('feature-extraction')
  if (!bundled.ok) return fail(bundled.error.code)
  if (!useOwnRuntime()) return fail('no-wasm')
  const { manifest, files } = bundled.value
  return ok({ embedder: await loadEmbedder(manifest, files, 'wasm'), hash: manifest.hash })
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
