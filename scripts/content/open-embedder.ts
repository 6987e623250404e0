import { bundledOnDisk } from '#workers/inference/engines/node.ts'
import { type Embedder, loadEmbedder } from '#workers/retrieval/embedder.ts'

/** The catalog's default embedder, verified, on Node. Throws with a plain message: a build cannot go on without it. */
export const openBundledEmbedder = async (shards = 'model-shards'): Promise<{ embedder: Embedder; hash: string }> => {
  const bundled = await bundledOnDisk('feature-extraction', shards)
  if (!bundled.ok) throw new Error(`embedder: ${bundled.error.code}`)
  const { manifest, files } = bundled.value
  return { embedder: await loadEmbedder(manifest, files, 'cpu'), hash: manifest.hash }
}
