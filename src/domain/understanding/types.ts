import type { Finding, FindingCode, Measure, Quote } from '#contracts/clinical/finding.ts'
import type { Age } from '#contracts/clinical/profile.ts'

/** One place where the words speak of a finding, and how. Only some mentions become findings. */
export type Mention = {
  code: FindingCode
  quote: Quote
  polarity: 'affirmed' | 'negated'
  /** An uncertain presence still counts as present: a red flag is not missed because someone was polite about it. */
  certainty: 'certain' | 'uncertain'
  experiencer: 'patient' | 'other'
  time: 'current' | 'past'
  /** Feared, asked about or conditional ("if I get chest pain"): not a statement that it is there. */
  hypothetical: boolean
  /** Matched through a spelling correction. */
  corrected: boolean
  /** Found by the learnt reader, not by a term of the lexicon. */
  learnt: boolean
}

export type AgeMention = { age: Age; quote: Quote }

export type Understanding = {
  /** At most one a code. Present beats absent. */
  findings: Finding[]
  mentions: Mention[]
  measures: Measure[]
  /** Codes that the words both affirm and deny: to be asked. */
  conflicts: FindingCode[]
  /** Codes the learnt reader half sees: not findings, but they weigh in the acuity of the story. */
  hints: FindingCode[]
  /** First age that the words give for the patient. */
  age?: AgeMention
}
