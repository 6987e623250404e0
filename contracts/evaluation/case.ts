import { z } from 'zod'
import { FindingCode, FindingStatus } from '../clinical/finding.ts'
import { Language } from '../clinical/language.ts'
import { Age, Reporter, Sex } from '../clinical/profile.ts'
import { TriageLevel } from '../clinical/triage-level.ts'

/** `train` feeds the models, `tune` chooses rules, words and thresholds, `test` is opened for a release. */
export const Split = z.enum(['train', 'tune', 'test'])
export type Split = z.infer<typeof Split>

/** One line of `evaluation/cases/*.jsonl`. Unknown members are kept out by the schema so that a typo fails loudly. */
export const EvaluationCase = z.strictObject({
  id: z.string().min(1),
  language: Language,
  reporter: Reporter,
  age: Age.optional(),
  sex: Sex,
  narrative: z.string().min(1).max(8000),
  /** Plays the patient: the first entry whose regex (case-insensitive) matches question id or text answers it. */
  answers: z.array(z.strictObject({ match: z.string(), reply: z.string() })).default([]),
  vitals: z
    .strictObject({
      systolic: z.number().optional(),
      diastolic: z.number().optional(),
      heart_rate: z.number().optional(),
      respiratory_rate: z.number().optional(),
      temperature_c: z.number().optional(),
      spo2: z.number().optional(),
    })
    .optional(),
  gold: z.strictObject({
    triage: z.array(TriageLevel).min(1),
    complaints: z.array(z.string()).optional(),
    findings: z.record(FindingCode, FindingStatus).optional(),
    /** Verbatim words behind a finding; every one stands in `narrative` as it is. */
    quotes: z.record(FindingCode, z.string().min(1)).optional(),
    /** `findings` names all that the words tell or deny; without it only the clearest. */
    exhaustive: z.boolean().optional(),
  }),
  /** Levels each reader accepted before they were put together in `gold.triage`: the writer, then the blind second reader. */
  readers: z.array(z.array(TriageLevel).min(1)).min(2).optional(),
  /** Scenario family: the split keeps a family together. */
  family: z.string().optional(),
  split: Split.optional(),
})
export type EvaluationCase = z.infer<typeof EvaluationCase>
