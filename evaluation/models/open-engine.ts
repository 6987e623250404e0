import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { err, ok, type Result } from '#contracts/result.ts'
import type { AssessDeps } from '#domain/assessment/assess.ts'
import { bundledOnDisk, diskShards, findNodeModel } from '#workers/inference/engines/node.ts'
import { type Embedder, loadEmbedder } from '#workers/retrieval/embedder.ts'
import type { HybridIndex } from '#workers/retrieval/hybrid-index.ts'
import { openIndex, readIndexManifest } from '#workers/retrieval/open-index.ts'
import { startVoy } from '#workers/retrieval/voy.ts'

export type OpenEngine = { deps: AssessDeps; modelId: string; modelHash: string; close: () => Promise<void> }
export type EngineError = { type: 'engine-unavailable'; message: string }

const noEngine = (message: string) => err({ type: 'engine-unavailable' as const, message })

/**
 * The model and the index as the kiosk has them, on Node: every shard and index file is verified. `model` is `bundled`
 * for the catalog's default, else an id of the catalog.
 */
export const openEngine = async (model: string, shards: string, index: string): Promise<Result<OpenEngine, EngineError>> => {
  const found = await findNodeModel(shards, model === 'bundled' ? null : model)
  if (!found.ok) return noEngine(`model "${model}" is not in ${shards}/catalog.json (${found.error.type})`)
  const { engine, manifest } = found.value
  const opened = await openRetrieval(shards, index)
  if (!opened.ok) return opened
  const loaded = await engine.load(manifest, () => undefined)
  if (!loaded.ok) return noEngine(`model ${manifest.id}: ${loaded.error.type}`)
  return ok({
    deps: {
      generate: (messages, options) => engine.generate(messages, options, () => undefined),
      // As in the kiosk: without retrieval the passages that the fired rules cite are what the model gets.
      retrieve: (query) =>
        opened.value.query(query).then(
          (hits) => hits.map((hit) => hit.passage),
          () => [],
        ),
    },
    modelId: manifest.id,
    modelHash: manifest.hash,
    close: () => engine.unload(),
  })
}

const openRetrieval = async (shards: string, index: string): Promise<Result<HybridIndex, EngineError>> => {
  const embedder = await openEmbedder(shards)
  if (!embedder.ok) return embedder
  const voy = createRequire(import.meta.url).resolve('voy-search/voy_search_bg.wasm')
  await startVoy(new Uint8Array(readFileSync(voy)))
  const source = diskShards(index)
  const manifest = await readIndexManifest(source)
  if (!manifest.ok) return noEngine(`index ${index}: ${manifest.error.type}`)
  const opened = await openIndex(manifest.value, source, embedder.value.embedder, embedder.value.hash)
  return opened.ok ? opened : noEngine(`index ${index}: ${opened.error.type}`)
}

const openEmbedder = async (shards: string): Promise<Result<{ embedder: Embedder; hash: string }, EngineError>> => {
  const bundled = await bundledOnDisk('feature-extraction', shards)
  if (!bundled.ok) return noEngine(`${shards}: embedder: ${bundled.error.code}`)
  const { manifest, files } = bundled.value
  return ok({ embedder: await loadEmbedder(manifest, files, 'cpu'), hash: manifest.hash })
}
