import * as voy from 'voy-search/voy_search_bg.js'

let ready: Promise<void> | null = null

/** Starts voy's WebAssembly once. The package expects a bundler to do it; a worker and Node both hand in the bytes. */
export const startVoy = (wasm: BufferSource): Promise<void> => {
  ready ??= WebAssembly.instantiate(wasm, { './voy_search_bg.js': voy as unknown as WebAssembly.ModuleImports }).then((made) => {
    voy.__wbg_set_wasm(made.instance.exports)
  })
  return ready
}

export type DenseIndex = { search(vector: Float32Array, k: number): string[]; free(): void }

/** Serialised k-d tree of unit vectors: nearest by Euclid is nearest by cosine. */
export const buildDense = (rows: readonly { id: string; vector: Float32Array }[]): string => {
  const index = new voy.Voy({ embeddings: rows.map((r) => ({ id: r.id, title: r.id, url: '', embeddings: [...r.vector] })) })
  try {
    return index.serialize()
  } finally {
    index.free()
  }
}

export const openDense = (serialised: string): DenseIndex => {
  const index = voy.Voy.deserialize(serialised)
  return { search: (vector, k) => index.search(vector, k).neighbors.map((n: { id: string }) => n.id), free: () => index.free() }
}
