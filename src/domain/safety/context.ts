import type { Assessment, Violation } from '#contracts/clinical/assessment.ts'
import type { FindingStatus } from '#contracts/clinical/finding.ts'
import type { Language } from '#contracts/clinical/language.ts'
import type { TriageLevel } from '#contracts/clinical/triage-level.ts'
import { foldPhrase, readSentences, type Sentence } from './normalise.ts'
import type { Phrasebook } from './phrases.ts'

export type EscalationGroup = 'chest-pain' | 'breathing' | 'neurological'

/** What the validator compares an assessment with: the same lists the prompt showed (f1…, p1…). */
export type ValidationContext = {
  readonly language: Language
  readonly floor: TriageLevel
  readonly findings: readonly { id: string; label: string; status: FindingStatus; escalate?: EscalationGroup | undefined }[]
  readonly passages: readonly { id: string; heading: string; text: string }[]
  /** Escalation groups present among all findings of the session, also those the prompt had no room for. */
  readonly escalationGroups: readonly EscalationGroup[]
  readonly phrases: Phrasebook
}

export type Field = {
  readonly path: string
  readonly kind: 'summary' | 'concern' | 'action' | 'disclaimer'
  readonly raw: string
  readonly cites: readonly string[]
  readonly sentences: readonly Sentence[]
}

/** Every text of the assessment with its place in it. */
export const fieldsOf = (a: Assessment, { repair }: Phrasebook): readonly Field[] => {
  const field = (path: string, kind: Field['kind'], raw: string, cites: readonly string[] = []): Field => ({
    path,
    kind,
    raw,
    cites,
    sentences: readSentences(raw, repair),
  })
  return [
    field('summary', 'summary', a.summary),
    ...a.concerns.map((s, i) => field(`concerns.${i}`, 'concern', s.text, s.cites)),
    ...a.actions.map((s, i) => field(`actions.${i}`, 'action', s.text, s.cites)),
    field('disclaimer', 'disclaimer', a.disclaimer),
  ]
}

export type Rule = (fields: readonly Field[], assessment: Assessment, context: ValidationContext) => readonly Violation[]

export const violation = (constraint: Violation['constraint'], path: string, excerpt?: string): Violation =>
  excerpt === undefined ? { constraint, path } : { constraint, path, excerpt: excerpt.trim().slice(0, 160) }

/** Folded labels of the findings with this status, longest first, in both hyphen forms. */
export const labelsOf = (findings: readonly { label: string; status: FindingStatus }[], status: FindingStatus): string[] =>
  findings
    .filter((f) => f.status === status)
    .flatMap((f) => [foldPhrase(f.label), foldPhrase(f.label, '')])
    .sort((a, b) => b.length - a.length)
