import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ModelCatalog } from '#contracts/workers/model.ts'
import { diskShards, readManifest } from '#workers/inference/engines/node.ts'
import { noStore } from '#workers/inference/model/shard-source.ts'
import { verifiedFiles } from '#workers/inference/model/verified-files.ts'
import { type Embedder, loadEmbedder } from '#workers/retrieval/embedder.ts'

/** The catalog's default embedder, verified, on Node. Throws with a plain message: a build cannot go on without it. */
export const openBundledEmbedder = async (shards = 'model-shards'): Promise<{ embedder: Embedder; hash: string }> => {
  const catalog = ModelCatalog.parse(JSON.parse(readFileSync(join(shards, 'catalog.json'), 'utf8')))
  const entry = catalog.models.find((m) => m.task === 'feature-extraction' && m.default)
  if (!entry) throw new Error(`${shards}/catalog.json names no default embedder`)
  const file = join(shards, entry.manifest)
  const manifest = await readManifest(file)
  if (!manifest.ok) throw new Error(`embedder: ${manifest.error.type}`)
  const all = manifest.value.manifest.files.map((f) => f.path)
  const files = await verifiedFiles(manifest.value.manifest, all, diskShards(dirname(file)), noStore, () => undefined)
  if (!files.ok) throw new Error(`embedder: ${files.error.type}`)
  return { embedder: await loadEmbedder(manifest.value.manifest, files.value, 'cpu'), hash: manifest.value.manifest.hash }
}
