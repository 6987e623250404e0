import { z } from 'zod'
import { Assessment } from './assessment.ts'
import { FindingCode, FindingStatus } from './finding.ts'
import { Language } from './language.ts'
import { Profile } from './profile.ts'
import { ReviewDecision, StaffRole } from './review.ts'
import { TriageLevel } from './triage-level.ts'

/**
 * One reviewed assessment as a clinic gives it for training: what the model was told, what it wrote, what staff made of it.
 * No names, no packet id, no words of the patient: `input` and `prompt` hold codes, labels and guideline text only.
 */
export const Correction = z.strictObject({
  version: z.literal(1),
  /** Drawn at random for the export; never the packet's id. */
  id: z.string().regex(/^[a-z0-9-]{1,40}$/),
  language: Language,
  /** What the user message was written from (src/domain/assessment/prompt.ts). */
  input: z.strictObject({
    profile: Profile.omit({ relation: true }),
    floor: TriageLevel,
    complaints: z.array(z.string()),
    findings: z.array(z.strictObject({ id: FindingCode, label: z.string(), status: FindingStatus })).min(1),
    passages: z.array(z.strictObject({ id: z.string(), heading: z.string(), text: z.string() })),
  }),
  /** The messages as the model got them; the last one is the user message. */
  prompt: z.array(z.strictObject({ role: z.enum(['system', 'user']), content: z.string().min(1) })).min(1),
  /** As the model wrote it, citing `f1…` and `p1…`. */
  assessment: Assessment,
  decision: ReviewDecision,
  /** The assessment as it should have been, texts and level; null when staff wrote none. */
  corrected: Assessment.nullable(),
  reason: z.string().max(2000),
  reviewerRole: StaffRole.exclude(['admin']),
  /** Who agreed to the use for training, and when; `by` is a part, never a name. */
  consent: z.strictObject({ by: z.enum(['patient', 'guardian']), date: z.iso.date(), scope: z.literal('training') }).nullable(),
  deidentified: z.boolean(),
})
