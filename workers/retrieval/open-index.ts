import { IndexManifest, PassageFile } from '#contracts/content/index-manifest.ts'
import { LayFile } from '#contracts/content/lay-words.ts'
import { err, ok, type Result } from '#contracts/result.ts'
import type { RetrievalError } from '#contracts/workers/retrieval.ts'
import { sha256Hex } from '../inference/model/sha256.ts'
import type { Bytes, ShardSource } from '../inference/model/shard-source.ts'
import type { Embedder } from './embedder.ts'
import { type HybridIndex, hybridIndex } from './hybrid-index.ts'
import { openDense } from './voy.ts'

const parse = (bytes: Bytes): unknown => JSON.parse(new TextDecoder().decode(bytes))

/** Reads `knowledge/manifest.json`. */
export const readIndexManifest = async (source: ShardSource): Promise<Result<IndexManifest, RetrievalError>> => {
  const { status, bytes } = await source.fetch('manifest.json', () => undefined)
  if (!bytes) return err({ type: 'index-missing', status })
  const parsed = IndexManifest.safeParse(parse(bytes))
  return parsed.success ? ok(parsed.data) : err({ type: 'index-mismatch' })
}

/** Opens the index a manifest describes; a file whose hash differs, or another embedder, is refused. */
export const openIndex = async (
  manifest: IndexManifest,
  source: ShardSource,
  embedder: Embedder,
  embedderHash: string,
): Promise<Result<HybridIndex, RetrievalError>> => {
  if (manifest.embedderId !== embedder.id || manifest.embedderHash !== embedderHash) return err({ type: 'index-mismatch' })
  const files: Bytes[] = []
  for (const name of ['passages.json', 'voy.json', 'lay.json'] as const) {
    const { status, bytes } = await source.fetch(name, () => undefined)
    if (!bytes) return err({ type: 'index-missing', status })
    if ((await sha256Hex(bytes)) !== manifest.files[name]) return err({ type: 'index-mismatch' })
    files.push(bytes)
  }
  const [passageBytes, voyBytes, layBytes] = files
  if (!passageBytes || !voyBytes || !layBytes) return err({ type: 'index-mismatch' })
  const { passages } = PassageFile.parse(parse(passageBytes))
  const dense = openDense(new TextDecoder().decode(voyBytes))
  return ok(hybridIndex(passages, dense, embedder, LayFile.parse(parse(layBytes))))
}
