import { AutoModel, AutoTokenizer } from '@huggingface/transformers'
import type { ModelManifest } from '#contracts/workers/model.ts'
import { serveFiles } from '../inference/engines/served-files.ts'
import type { VerifiedFiles } from '../inference/model/verified-files.ts'

/** Texts to unit vectors, one a text. */
export interface Embedder {
  readonly id: string
  readonly dimensions: number
  embed(texts: readonly string[]): Promise<Float32Array[]>
}

/** Mean of the token vectors that are not padding, scaled to length 1. `data` is [batch, sequence, dimensions]. */
export const meanPool = (data: Float32Array, mask: readonly (readonly boolean[])[], dimensions: number): Float32Array[] =>
  mask.map((row, b) => {
    const out = new Float32Array(dimensions)
    row.forEach((real, s) => {
      if (!real) return
      const at = (b * row.length + s) * dimensions
      for (let d = 0; d < dimensions; d++) out[d] = (out[d] ?? 0) + (data[at + d] ?? 0)
    })
    const norm = Math.sqrt(out.reduce((n, x) => n + x * x, 0))
    return norm === 0 ? out : out.map((x) => x / norm)
  })

/** The bundled embedder from verified files. `device` is transformers.js' name of the execution provider. */
export const loadEmbedder = async (manifest: ModelManifest, files: VerifiedFiles, device: 'wasm' | 'cpu'): Promise<Embedder> => {
  const release = serveFiles(manifest.id, files)
  try {
    const tokenizer = await AutoTokenizer.from_pretrained(manifest.id, { local_files_only: true })
    const model = await AutoModel.from_pretrained(manifest.id, { device, dtype: 'q8', local_files_only: true })
    const embed = async (texts: readonly string[]): Promise<Float32Array[]> => {
      if (texts.length === 0) return []
      const inputs = await tokenizer([...texts], { padding: true, truncation: true })
      const { last_hidden_state: states } = await model(inputs)
      const attention: bigint[][] = inputs.attention_mask.tolist()
      const dimensions = states.dims[2] as number
      return meanPool(
        states.data as Float32Array,
        attention.map((row) => row.map((x) => x === 1n)),
        dimensions,
      )
    }
    const [probe] = await embed(['probe'])
    return { id: manifest.id, dimensions: probe?.length ?? 0, embed }
  } finally {
    release()
  }
}
