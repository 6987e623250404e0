import { z } from 'zod'
import { FindingCode, MeasureName } from '../clinical/finding.ts'
import { LocalizedText } from '../clinical/language.ts'
import { TriageLevel } from '../clinical/triage-level.ts'
import { Condition } from './condition.ts'

const Id = z.string().regex(/^[a-z][a-z0-9-]{1,63}$/)
/** `guideline-id#anchor`, see `guideline.ts`. */
export const PassageId = z.string().regex(/^[a-z0-9-]+#[a-z0-9-]+$/)

const QuestionBase = {
  id: Id,
  text: LocalizedText,
  help: LocalizedText.optional(),
  /** Asked unless this is false. */
  when: Condition.optional(),
}

/** What the patient is asked; one a screen. Skipping leaves every finding it could set `unknown`. */
export const Question = z.discriminatedUnion('kind', [
  /** yes → present, no → absent, not sure/skip → unknown */
  z.strictObject({ ...QuestionBase, kind: z.literal('yes-no'), finding: FindingCode }),
  /** exactly one option; findings of the options not chosen become absent */
  z.strictObject({
    ...QuestionBase,
    kind: z.literal('choice'),
    options: z
      .array(z.strictObject({ id: Id, label: LocalizedText, finding: FindingCode.optional() }))
      .min(2)
      .max(7),
  }),
  /** any number of options ("none of these" is offered by the screen); options not chosen become absent */
  z.strictObject({
    ...QuestionBase,
    kind: z.literal('multi'),
    options: z
      .array(z.strictObject({ id: Id, label: LocalizedText, finding: FindingCode }))
      .min(2)
      .max(8),
  }),
  /** a number in the measure's unit; `duration_hours` is asked as number + unit (hours/days/weeks) */
  z.strictObject({
    ...QuestionBase,
    kind: z.literal('measure'),
    measure: MeasureName,
    min: z.number(),
    max: z.number(),
  }),
])
export type Question = z.infer<typeof Question>

/** When it is true the level is at least `level` and staff are alerted at once if `emergency`. */
export const RedFlag = z.strictObject({
  id: Id,
  level: z.enum(['emergency', 'high']),
  when: Condition,
  reason: LocalizedText,
  cite: PassageId,
})
export type RedFlag = z.infer<typeof RedFlag>

export const LevelRule = z
  .strictObject({
    id: Id,
    level: TriageLevel,
    when: Condition,
    reason: LocalizedText,
    cite: PassageId.optional(),
    /** Of a `medium` rule: self-care would do where the story as a whole is mild (docs/adr/0012). Never where danger may hide. */
    routine: z.literal(true).optional(),
  })
  .refine((r) => !r.routine || r.level === 'medium', { error: 'only a medium rule can be routine' })
export type LevelRule = z.infer<typeof LevelRule>

/** Age, pregnancy, immunosuppression and the like: raises the level to at least `atLeast`. */
export const Modifier = z.strictObject({
  id: Id,
  when: Condition,
  atLeast: TriageLevel,
  reason: LocalizedText,
  cite: PassageId.optional(),
})
export type Modifier = z.infer<typeof Modifier>

/** Hedged statement a nurse may weigh ("possible …", "concerning for …"). */
export const Consideration = z.strictObject({ id: Id, when: Condition.optional(), text: LocalizedText, cite: PassageId })
export type Consideration = z.infer<typeof Consideration>

/** An action for staff, by level: what the assessment may recommend. No drug names, no doses. */
export const Action = z.strictObject({
  id: Id,
  levels: z.array(TriageLevel).min(1),
  when: Condition.optional(),
  text: LocalizedText,
  cite: PassageId,
})
export type Action = z.infer<typeof Action>

export const Advice = z.strictObject({ text: LocalizedText, cite: PassageId })
export type Advice = z.infer<typeof Advice>

export const ContentSource = z.strictObject({
  title: z.string(),
  publisher: z.string(),
  year: z.number().int().min(1990).max(2100),
})

/** Content file for one complaint. `knowledge-index/protocols/<id>.yaml`. */
export const Protocol = z.strictObject({
  id: Id,
  version: z.string().regex(/^\d+\.\d+\.\d+$/),
  /** ICPC-2 code of the reason for encounter. */
  icpc2: z.string().regex(/^[A-Z]\d{2}$/),
  title: LocalizedText,
  /** The protocol applies when any of these findings is present… */
  entry: z.array(FindingCode).min(1),
  /** …and this is not false. */
  applies: Condition.optional(),
  /** The complaint is never below this level; without it a `low` path is required. */
  leastLevel: z.enum(['medium', 'high']).optional(),
  questions: z.array(Question).min(1).max(20),
  redFlags: z.array(RedFlag).min(1),
  levels: z.array(LevelRule).min(1),
  modifiers: z.array(Modifier),
  considerations: z.array(Consideration).min(1),
  actions: z.array(Action).min(2),
  selfCare: z.array(Advice).min(1),
  safetyNet: z.array(Advice).min(1),
  sources: z.array(ContentSource).min(1),
  reviewed: z.iso.date(),
  reviewDue: z.iso.date(),
})
export type Protocol = z.infer<typeof Protocol>
