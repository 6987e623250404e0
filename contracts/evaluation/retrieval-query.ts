import { z } from 'zod'
import { Language } from '../clinical/language.ts'
import { Age, Reporter, Sex } from '../clinical/profile.ts'

/** One line of `evaluation/retrieval/queries.jsonl`: what a patient says, and the passages that answer it best. */
export const LabelledQuery = z.strictObject({
  id: z.string().min(1),
  language: Language,
  reporter: Reporter,
  age: Age.optional(),
  sex: Sex,
  query: z.string().min(1).max(500),
  /** Passage ids; a search has found its mark when any of them is among the first. */
  relevant: z.array(z.string()).min(1),
  /** Guideline the query was written for; the split keeps it together. */
  family: z.string().min(1),
  /** Nothing is trained on either side: `tune` chooses settings, `test` is opened for a release. */
  split: z.enum(['tune', 'test']),
})
export type LabelledQuery = z.infer<typeof LabelledQuery>
