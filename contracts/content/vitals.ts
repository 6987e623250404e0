import { z } from 'zod'
import { FindingCode, MeasureName } from '../clinical/finding.ts'
import { LocalizedText } from '../clinical/language.ts'
import { Age } from '../clinical/profile.ts'
import { TriageLevel } from '../clinical/triage-level.ts'
import { Condition } from './condition.ts'

const Source = z.strictObject({ title: z.string(), publisher: z.string(), year: z.number().int() })

/** Ordered bands: the first one with `value <= upTo` gives the points; the last band has no `upTo`. */
const ScoredMeasure = z.strictObject({
  measure: MeasureName,
  bands: z.array(z.strictObject({ upTo: z.number().optional(), points: z.number().int().min(0).max(3) })).min(2),
})

/** Aggregate early-warning score, e.g. NEWS2 (`knowledge-index/vitals/news2.yaml`). Unmeasured parts score nothing. */
export const EarlyWarningScore = z.strictObject({
  id: z.string(),
  /** Ages below use the age-banded rules instead; an unknown age is scored. */
  ageAtLeast: Age,
  measures: z.array(ScoredMeasure).min(1),
  /** A present finding that scores (new confusion, hard to wake). Points count once for the group. */
  consciousness: z.strictObject({ findings: z.array(FindingCode).min(1), points: z.number().int().min(1).max(3) }),
  /** Levels by aggregate, and for any single part that reaches `singleAtLeast`. */
  aggregate: z.array(z.strictObject({ atLeast: z.number().int().min(1), level: TriageLevel, reason: LocalizedText })).min(1),
  single: z.strictObject({ atLeast: z.number().int().min(1), level: TriageLevel, reason: LocalizedText }),
  source: Source,
})
export type EarlyWarningScore = z.infer<typeof EarlyWarningScore>

/** One limit on measured values, usually bound to an age band. */
export const VitalsRule = z.strictObject({
  id: z.string().regex(/^[a-z][a-z0-9-]{1,63}$/),
  when: Condition,
  level: TriageLevel,
  reason: LocalizedText,
})
export type VitalsRule = z.infer<typeof VitalsRule>

/** `knowledge-index/vitals/limits.yaml` */
export const VitalsLimits = z.strictObject({ sources: z.array(Source).min(1), rules: z.array(VitalsRule).min(1) })
export type VitalsLimits = z.infer<typeof VitalsLimits>

/** Vital-sign tables as compiled into the bundle. */
export const Vitals = z.strictObject({ score: EarlyWarningScore, limits: VitalsLimits })
export type Vitals = z.infer<typeof Vitals>
