import type { ComplaintModelFile } from '#contracts/content/acuity.ts'
import type { Complaint } from '../triage/complaints.ts'
import { bytesOf, floatsOf } from '../understanding/reader/base64.ts'
import { hashOf } from '../understanding/reader/vectors.ts'
import { plainWords } from '../understanding/text/plain-words.ts'

/** What names the reason for encounter: the words, the findings seen and the protocols they chose. */
export type ComplaintInput = { words: string; present: readonly string[]; hints: readonly string[]; protocols: readonly string[] }

/** Buckets of the words (single and in pairs) and of what is known, each once. */
export const complaintFeatures = (input: ComplaintInput, buckets: number): { words: number[]; known: number[] } => {
  const list = plainWords(input.words)
  const bucket = (text: string): number => hashOf(text) % buckets
  const once = (texts: readonly string[]): number[] => [...new Set(texts.map(bucket))]
  return {
    words: once([...list, ...list.slice(1).map((w, i) => `${list[i]} ${w}`)]),
    known: once([
      ...input.present.map((c) => `present ${c}`),
      ...input.hints.map((c) => `hint ${c}`),
      ...input.protocols.map((p, i) => `${i === 0 ? 'first' : 'also'} ${p}`),
    ]),
  }
}

export type ComplaintModel = {
  codes: readonly string[]
  buckets: number
  knownWeight: number
  weights: Int8Array
  scales: Float32Array
  intercepts: Float32Array
}

export const openComplaints = (file: ComplaintModelFile): ComplaintModel => ({
  codes: file.codes,
  buckets: file.buckets,
  knownWeight: file.knownWeight,
  weights: new Int8Array(bytesOf(file.weights).buffer),
  scales: floatsOf(file.scales),
  intercepts: floatsOf(file.intercepts),
})

/** Share of the learnt score that a code named by the rules gets on top; chosen on the tune split. */
const NAMED_BONUS = 1

/**
 * The complaints with the first one's code chosen by the learnt model, which has seen how readers code such stories; a code
 * that the rules name as well counts more. Without a model they stay as they are.
 */
export const withLearntComplaint = (
  complaints: readonly Complaint[],
  model: ComplaintModel | undefined,
  input: ComplaintInput,
): Complaint[] => {
  const [first, ...rest] = complaints
  if (!model || !first) return [...complaints]
  const { words, known } = complaintFeatures(input, model.buckets)
  const unit = 1 / Math.sqrt(words.length || 1)
  const named = new Set(complaints.map((c) => c.icpc2))
  let best = { code: first.icpc2, score: Number.NEGATIVE_INFINITY }
  model.codes.forEach((code, i) => {
    const row = i * 2 * model.buckets
    const sum = (list: readonly number[], from: number): number =>
      list.reduce((s, b) => s + (model.weights[row + from + b] ?? 0), 0)
    const score =
      (sum(words, 0) * unit + sum(known, model.buckets) * model.knownWeight) * (model.scales[i] ?? 0) +
      (model.intercepts[i] ?? 0) +
      (named.has(code) ? NAMED_BONUS : 0)
    if (score > best.score) best = { code, score }
  })
  return [{ ...first, icpc2: best.code }, ...rest]
}
