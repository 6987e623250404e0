import type { TriageLevel } from '#contracts/clinical/triage-level.ts'
import type { AcuityFile } from '#contracts/content/acuity.ts'
import { bytesOf, floatsOf } from '../understanding/reader/base64.ts'
import { type AcuityInput, acuityFeatures } from './features.ts'

type Head = { level: TriageLevel; weights: Int8Array; scale: number; intercept: number; threshold: number }
export type AcuityModel = {
  id: string
  lowBelow: number
  buckets: number
  idf: Float32Array
  factWeight: number
  heads: readonly Head[]
}

/** Unpacks the file once. */
export const openAcuity = (file: AcuityFile): AcuityModel => ({
  id: file.id,
  lowBelow: file.lowBelow,
  buckets: file.buckets,
  idf: floatsOf(file.idf),
  factWeight: file.factWeight,
  heads: file.heads.map((h) => ({ ...h, weights: new Int8Array(bytesOf(h.weights).buffer) })),
})

/** Sub-linear term frequency times inverse document frequency, scaled to length one (Salton and Buckley 1988). */
const weighted = (counts: ReadonlyMap<number, number>, idf: Float32Array, from: number): [number, number][] => {
  const rows = [...counts].map(([b, n]): [number, number] => [from + b, (1 + Math.log(n)) * (idf[from + b] ?? 0)])
  const norm = Math.sqrt(rows.reduce((sum, [, v]) => sum + v * v, 0)) || 1
  return rows.map(([b, v]) => [b, v / norm])
}

/** Probability that readers would place the narrative at the head's level or above, lowest level first. */
export const acuity = (
  model: AcuityModel,
  input: AcuityInput,
): { level: TriageLevel; probability: number; threshold: number }[] => {
  const { characters, words, facts } = acuityFeatures(input, model.buckets)
  const x = [
    ...weighted(characters, model.idf, 0),
    ...weighted(words, model.idf, model.buckets),
    ...[...facts].map((b): [number, number] => [2 * model.buckets + b, model.factWeight]),
  ]
  return model.heads.map(({ level, weights, scale, intercept, threshold }) => {
    const sum = x.reduce((s, [b, v]) => s + (weights[b] ?? 0) * scale * v, intercept)
    return { level, probability: 1 / (1 + Math.exp(-sum)), threshold }
  })
}
