import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { err, ok, type Result } from '#contracts/result.ts'
import { bundledOnDisk, diskShards } from '#workers/inference/engines/node.ts'
import { type Embedder, loadEmbedder } from '#workers/retrieval/embedder.ts'
import type { HybridIndex } from '#workers/retrieval/hybrid-index.ts'
import { openIndex, readIndexManifest } from '#workers/retrieval/open-index.ts'
import { startVoy } from '#workers/retrieval/voy.ts'

export type RetrievalUnavailable = { type: 'retrieval-unavailable'; message: string }

const unavailable = (message: string) => err({ type: 'retrieval-unavailable' as const, message })

/** The index and its embedder as the kiosk has them, on Node: every file is verified. */
export const openRetrieval = async (shards: string, index: string): Promise<Result<HybridIndex, RetrievalUnavailable>> => {
  const embedder = await openEmbedder(shards)
  if (!embedder.ok) return embedder
  const voy = createRequire(import.meta.url).resolve('voy-search/voy_search_bg.wasm')
  await startVoy(new Uint8Array(readFileSync(voy)))
  const source = diskShards(index)
  const manifest = await readIndexManifest(source)
  if (!manifest.ok) return unavailable(`index ${index}: ${manifest.error.type}`)
  const opened = await openIndex(manifest.value, source, embedder.value.embedder, embedder.value.hash)
  return opened.ok ? opened : unavailable(`index ${index}: ${opened.error.type}`)
}

const openEmbedder = async (shards: string): Promise<Result<{ embedder: Embedder; hash: string }, RetrievalUnavailable>> => {
  const bundled = await bundledOnDisk('feature-extraction', shards)
  if (!bundled.ok) return unavailable(`${shards}: embedder: ${bundled.error.code}`)
  const { manifest, files } = bundled.value
  return ok({ embedder: await loadEmbedder(manifest, files, 'cpu'), hash: manifest.hash })
}
