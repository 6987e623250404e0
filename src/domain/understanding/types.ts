import type { Finding, FindingCode, Measure, Quote } from '#contracts/clinical/finding.ts'
import type { Age } from '#contracts/clinical/profile.ts'
import type { NarrativeReading } from '#contracts/workers/understanding.ts'

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
  /** Found by the narrative encoder, not by a term of the lexicon. */
  learnt: boolean
}

export type AgeMention = { age: Age; quote: Quote }

/** Shares of readers at each level, and the likeliest reasons for encounter; `words`: how many words it rests on. */
export type Story = {
  encoder: string
  words: number
  level: NonNullable<NarrativeReading['level']>
  complaints: NarrativeReading['complaints']
}

export type Understanding = {
  /** At most one a code. Present beats absent. */
  findings: Finding[]
  /** What the encoder takes for possible, or lexicon and encoder disagree on: offered to be confirmed, and no fact until then. */
  possible: Finding[]
  mentions: Mention[]
  measures: Measure[]
  /** Codes that the words both affirm and deny: to be asked. */
  conflicts: FindingCode[]
  /** What the narrative encoder makes of the story as a whole; null where the lexicon read alone. */
  story: Story | null
  /** First age that the words give for the patient. */
  age?: AgeMention
}
