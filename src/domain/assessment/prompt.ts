import type { FindingStatus } from '#contracts/clinical/finding.ts'
import type { Age, Profile } from '#contracts/clinical/profile.ts'
import type { TriageLevel } from '#contracts/clinical/triage-level.ts'

/**
 * What the model is told. Coded labels only: the patient's own words never enter the prompt, so nothing typed at the
 * kiosk can instruct the model. The training set is written with this very function (`npm run dataset`).
 */
export type AssessmentInput = {
  profile: Profile
  floor: TriageLevel
  complaints: readonly string[]
  /** At most {@link PROMPT_LIMITS.findings}; the order gives the ids f1, f2, … */
  findings: readonly PromptFinding[]
  /** At most {@link PROMPT_LIMITS.passages}; the order gives the ids p1, p2, … */
  passages: readonly PromptPassage[]
  /** "started 3 days ago", "pain 8/10": told beside the findings by rule; the prompt does not show them. */
  measured?: readonly string[]
}
/** `leading`: a rule that decided the level rests on it. */
export type PromptFinding = { id: string; label: string; status: FindingStatus; leading?: boolean }
export type PromptPassage = { id: string; heading: string; text: string }

export const PROMPT_LIMITS = { findings: 10, passages: 3, passageWords: 40 } as const

/** How a prompt shows a status before its label. */
export const STATUS_MARK: Readonly<Record<FindingStatus, string>> = { present: '+', absent: '-', unknown: '?' }

/** "71 year" */
export const ageText = (a: Age | undefined): string => (a ? `${a.value} ${a.unit}` : 'age unknown')

const firstWords = (text: string, n: number): string => {
  const words = text.split(/\s+/).filter((w) => w !== '')
  return words.length <= n ? words.join(' ') : `${words.slice(0, n).join(' ')} …`
}

/** The user message of the assessment task, in English (the clinic's working language in version 0). */
export const assessmentPrompt = (input: AssessmentInput): string =>
  [
    `patient: ${ageText(input.profile.age)}, ${input.profile.sex}`,
    `floor: ${input.floor}`,
    `complaint: ${input.complaints.join('; ')}`,
    'findings:',
    ...input.findings.slice(0, PROMPT_LIMITS.findings).map((f, i) => `f${i + 1} ${STATUS_MARK[f.status]} ${f.label}`),
    'passages:',
    ...input.passages
      .slice(0, PROMPT_LIMITS.passages)
      .map((p, i) => `p${i + 1} ${p.heading}: ${firstWords(p.text, PROMPT_LIMITS.passageWords)}`),
  ].join('\n')
