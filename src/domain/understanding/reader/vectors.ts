import type { ReaderFile } from '#contracts/content/reader.ts'
import { bytesOf, floatsOf } from './base64.ts'

/** Adds the vector of a word to `out` at `offset`. */
export type WordVectors = { dimensions: number; write: (word: string, out: Float32Array, offset: number) => void }

/** FNV-1a over signed bytes of UTF-8, as fastText hashes character n-grams (Bojanowski et al. 2017). */
export const hashOf = (text: string): number => {
  let h = 2166136261
  const byte = (b: number): void => {
    h = Math.imul(h ^ (b < 128 ? b : b | 0xffffff00), 16777619) >>> 0
  }
  for (const char of text) {
    const c = char.codePointAt(0) ?? 0
    if (c < 0x80) byte(c)
    else if (c < 0x800) {
      byte(0xc0 | (c >> 6))
      byte(0x80 | (c & 63))
    } else if (c < 0x10000) {
      byte(0xe0 | (c >> 12))
      byte(0x80 | ((c >> 6) & 63))
      byte(0x80 | (c & 63))
    } else {
      byte(0xf0 | (c >> 18))
      byte(0x80 | ((c >> 12) & 63))
      byte(0x80 | ((c >> 6) & 63))
      byte(0x80 | (c & 63))
    }
  }
  return h
}

const SHORTEST = 3
const LONGEST = 5

/** Character n-grams of a word between its marks, "<word>". */
export const gramsOf = (word: string): string[] => {
  const text = [...`<${word}>`]
  const out: string[] = []
  for (let n = SHORTEST; n <= LONGEST; n++) for (let i = 0; i + n <= text.length; i++) out.push(text.slice(i, i + n).join(''))
  return out
}

/** Known words have a row of their own; any other is the mean of its n-grams, so that a typo lies near what was meant. */
export const wordVectors = (file: ReaderFile): WordVectors => {
  const { dimensions, bucketCount } = file
  const index = new Map(file.words.split(' ').map((w, i) => [w, i]))
  const rows = new Int8Array(bytesOf(file.vectors).buffer)
  const rowScales = floatsOf(file.vectorScales)
  const buckets = new Int8Array(bytesOf(file.buckets).buffer)
  const bucketScales = floatsOf(file.bucketScales)
  const add = (from: Int8Array, row: number, scale: number, out: Float32Array, offset: number): void => {
    for (let d = 0; d < dimensions; d++) out[offset + d] = (out[offset + d] ?? 0) + (from[row * dimensions + d] ?? 0) * scale
  }
  return {
    dimensions,
    write: (word, out, offset) => {
      const row = index.get(word)
      if (row !== undefined) {
        add(rows, row, rowScales[row] ?? 0, out, offset)
        return
      }
      const grams = gramsOf(word)
      for (const gram of grams) {
        const bucket = hashOf(gram) % bucketCount
        add(buckets, bucket, (bucketScales[bucket] ?? 0) / grams.length, out, offset)
      }
    },
  }
}
