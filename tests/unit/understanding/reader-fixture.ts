import type { ReaderFile } from '#contracts/content/reader.ts'

const b64 = (array: Int8Array | Float32Array): string =>
  Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString('base64')
const f32 = (...values: number[]): string => b64(Float32Array.from(values))

/**
 * A reader small enough to follow: two dimensions ("hurts", "denies"), one filter a dimension of width one. Code `ache`
 * speaks of the first; the last output, denial, of the second.
 */
export const tinyReader: ReaderFile = {
  id: 'tiny',
  dimensions: 2,
  filters: 2,
  hidden: 2,
  widths: [1],
  codes: ['ache'],
  words: 'throbs nope',
  vectors: b64(Int8Array.from([127, 0, 0, 127])),
  vectorScales: f32(1 / 127, 1 / 127),
  bucketCount: 4,
  buckets: b64(new Int8Array(8)),
  bucketScales: f32(0, 0, 0, 0),
  convolutions: [{ weight: f32(1, 0, 0, 1), bias: f32(0, 0) }],
  hiddenLayer: { weight: f32(1, 0, 0, 1), bias: f32(0, 0) },
  outLayer: { weight: f32(20, 0, 0, 20), bias: f32(-10, -10) },
}
