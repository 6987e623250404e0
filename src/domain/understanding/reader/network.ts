import type { ReaderFile } from '#contracts/content/reader.ts'
import { floatsOf } from './base64.ts'
import { type WordVectors, wordVectors } from './vectors.ts'

type Convolution = { width: number; weight: Float32Array; bias: Float32Array }

/** The learnt reader, ready to run. */
export type Reader = {
  id: string
  codes: readonly string[]
  vectors: WordVectors
  filters: number
  convolutions: readonly Convolution[]
  hidden: { size: number; weight: Float32Array; bias: Float32Array }
  out: { weight: Float32Array; bias: Float32Array }
}

/** Unpacks the file once; some milliseconds. */
export const openReader = (file: ReaderFile): Reader => ({
  id: file.id,
  codes: file.codes,
  vectors: wordVectors(file),
  filters: file.filters,
  convolutions: file.convolutions.map(({ weight, bias }, i) => ({
    width: file.widths[i] ?? 1,
    weight: floatsOf(weight),
    bias: floatsOf(bias),
  })),
  hidden: { size: file.hidden, weight: floatsOf(file.hiddenLayer.weight), bias: floatsOf(file.hiddenLayer.bias) },
  out: { weight: floatsOf(file.outLayer.weight), bias: floatsOf(file.outLayer.bias) },
})

const dot = (a: Float32Array, from: number, b: Float32Array, at: number, n: number): number => {
  // Four sums at once: the additions need not wait for each other. Every index lies inside by construction.
  let [s0, s1, s2, s3] = [0, 0, 0, 0]
  let i = 0
  for (; i + 3 < n; i += 4) {
    s0 += (a[from + i] as number) * (b[at + i] as number)
    s1 += (a[from + i + 1] as number) * (b[at + i + 1] as number)
    s2 += (a[from + i + 2] as number) * (b[at + i + 2] as number)
    s3 += (a[from + i + 3] as number) * (b[at + i + 3] as number)
  }
  for (; i < n; i++) s0 += (a[from + i] as number) * (b[at + i] as number)
  return s0 + s1 + s2 + s3
}

/** What every filter of every width makes of every place: one array a width, [places, filters], negative values cut off. */
const convolve = (reader: Reader, words: readonly string[]): Float32Array[] => {
  const { dimensions } = reader.vectors
  const x = new Float32Array(words.length * dimensions)
  for (const [i, word] of words.entries()) reader.vectors.write(word, x, i * dimensions)
  return reader.convolutions.map(({ width, weight, bias }) => {
    const places = Math.max(0, words.length - width + 1)
    const n = width * dimensions
    const y = new Float32Array(places * reader.filters)
    for (let p = 0; p < places; p++)
      for (let f = 0; f < reader.filters; f++)
        y[p * reader.filters + f] = Math.max(0, dot(weight, f * n, x, p * dimensions, n) + (bias[f] ?? 0))
    return y
  })
}

const layer = (x: Float32Array, weight: Float32Array, bias: Float32Array): Float32Array => {
  const out = new Float32Array(bias.length)
  for (let i = 0; i < bias.length; i++) out[i] = dot(weight, i * x.length, x, 0, x.length) + (bias[i] ?? 0)
  return out
}

/** Scores the codes for windows of one text: probabilities (0-1), in the order of `codes`. */
export const windowScorer = (reader: Reader, words: readonly string[]): ((first: number, end: number) => Float32Array) => {
  const convolved = convolve(reader, words)
  const { filters } = reader
  return (first, end) => {
    const pooled = new Float32Array(filters * convolved.length)
    reader.convolutions.forEach(({ width }, k) => {
      const y = convolved[k]
      if (!y) return
      for (let p = first; p + width <= end; p++)
        for (let f = 0; f < filters; f++) {
          const v = y[p * filters + f] ?? 0
          if (v > (pooled[k * filters + f] ?? 0)) pooled[k * filters + f] = v
        }
    })
    const hidden = layer(pooled, reader.hidden.weight, reader.hidden.bias).map((v) => Math.max(0, v))
    return layer(hidden, reader.out.weight, reader.out.bias).map((v) => 1 / (1 + Math.exp(-v)))
  }
}
