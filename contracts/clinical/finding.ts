import { z } from 'zod'

/** Kebab-case code of a symptom, sign or history item, listed in `knowledge-index/lexicon/findings`. */
export const FindingCode = z.string().regex(/^[a-z][a-z0-9-]{1,63}$/)
export type FindingCode = z.infer<typeof FindingCode>

/** Three-valued: `unknown` is never treated as `absent`. */
export const FindingStatus = z.enum(['present', 'absent', 'unknown'])
export type FindingStatus = z.infer<typeof FindingStatus>

export const FindingSource = z.enum(['narrative', 'answer', 'profile', 'history', 'vitals', 'model', 'staff'])
export type FindingSource = z.infer<typeof FindingSource>

/** A verbatim span of the patient's words: `text === words.slice(start, end)` (UTF-16 code units). */
export const Quote = z.strictObject({
  text: z.string().min(1).max(600),
  start: z.number().int().nonnegative(),
  end: z.number().int().positive(),
})
export type Quote = z.infer<typeof Quote>

/** A coded symptom, sign or history item about the patient, now. */
export const Finding = z.strictObject({
  code: FindingCode,
  status: FindingStatus,
  source: FindingSource,
  quote: Quote.optional(),
  /** Protocol question that produced it, when `source` is `answer`. */
  questionId: z.string().optional(),
})
export type Finding = z.infer<typeof Finding>

/**
 * Numbers that rules may read. Units are part of the name.
 * Vitals use the names of the evaluation case format; `pain_score` is 0-10; `duration_hours` is time since onset.
 */
export const MeasureName = z.enum([
  'systolic',
  'diastolic',
  'heart_rate',
  'respiratory_rate',
  'temperature_c',
  'spo2',
  'pain_score',
  'duration_hours',
  'gestation_weeks',
])
export type MeasureName = z.infer<typeof MeasureName>

export const Measure = z.strictObject({
  name: MeasureName,
  value: z.number(),
  source: FindingSource,
  quote: Quote.optional(),
})
export type Measure = z.infer<typeof Measure>
