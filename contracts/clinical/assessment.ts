import { z } from 'zod'
import { TriageLevel } from './triage-level.ts'

/** Length limits in characters (UTF-16 code units); the validator and the constrained decoder both read them. */
export const ASSESSMENT_LIMITS = { summary: 400, statement: 240, statements: 4, citations: 3 } as const

/**
 * One sentence and what it rests on. Ids are `f1…` (findings, in prompt order) or `p1…` (passages, in prompt order)
 * in model output; the packet stores the resolved ids.
 */
export const Statement = z.strictObject({
  text: z.string().min(3).max(ASSESSMENT_LIMITS.statement),
  cites: z.array(z.string()).min(1).max(ASSESSMENT_LIMITS.citations),
})
export type Statement = z.infer<typeof Statement>

/** The model's structured output, as it must be before the validator sees it. */
export const Assessment = z.strictObject({
  level: TriageLevel,
  /** Starts with the words "Preliminary assessment" in the language of the packet. */
  summary: z.string().min(10).max(ASSESSMENT_LIMITS.summary),
  concerns: z.array(Statement).min(1).max(ASSESSMENT_LIMITS.statements),
  actions: z.array(Statement).min(1).max(ASSESSMENT_LIMITS.statements),
  /** Says that this requires nurse review. Fixed text per language. */
  disclaimer: z.string().min(5).max(200),
})
export type Assessment = z.infer<typeof Assessment>

/** Fixed sentences; the decoder is constrained to them and the validator requires them. */
export const DISCLAIMER = {
  en: 'Requires nurse review. Not a diagnosis.',
  es: 'Requiere revisión de enfermería. No es un diagnóstico.',
} as const

/** How `summary` must begin. */
export const SUMMARY_PREFIX = { en: 'Preliminary assessment:', es: 'Evaluación preliminar:' } as const

/** The validator's answer. `excerpt` quotes the model's text, never the patient's. */
export const Violation = z.strictObject({
  constraint: z.enum([
    'schema',
    'no-diagnosis',
    'preliminary-stated',
    'nurse-review-stated',
    'no-medication',
    'must-escalate',
    'no-certainty',
    'level-below-floor',
    'citation-unknown',
    'citation-unsupported',
    'instruction-leak',
    'length',
    'markup',
    'unsafe-reassurance',
  ]),
  path: z.string(),
  excerpt: z.string().max(160).optional(),
})
export type Violation = z.infer<typeof Violation>

export const Verdict = z.discriminatedUnion('valid', [
  z.strictObject({ valid: z.literal(true) }),
  z.strictObject({ valid: z.literal(false), violations: z.array(Violation).min(1) }),
])
export type Verdict = z.infer<typeof Verdict>
