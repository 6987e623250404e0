import type { Assessment } from '#contracts/clinical/assessment.ts'
import { type Handover, handoverWords, MOST_HANDOVER_WORDS } from '#contracts/clinical/handover.ts'
import { NOTHING_ELSE, NURSE_REVIEW } from '#domain/assessment/handover.ts'
import type { AssessmentInput } from '#domain/assessment/prompt.ts'
import { capital, who } from '#domain/assessment/text-graph.ts'
import { list } from './target.ts'

const PRESENT = 6
const BACKGROUND = 4
const OTHERS = 2
const sentence = (text: string): string => `${capital(text)}.`

/** What a nurse would want to hear in half a minute: the same facts as the assessment, none added. */
export const targetHandover = (
  input: AssessmentInput,
  assessment: Assessment,
  isBackground: (code: string) => boolean,
): Handover => {
  const named = (status: string) => input.findings.filter((f) => f.status === status)
  const labels = (findings: readonly { label: string }[], most: number) => findings.slice(0, most).map((f) => f.label)
  const told = labels(
    named('present').filter((f) => !isBackground(f.id)),
    PRESENT,
  )
  const background = labels(
    named('present').filter((f) => isBackground(f.id)),
    BACKGROUND,
  )
  const [absent, unknown] = [labels(named('absent'), OTHERS), labels(named('unknown'), OTHERS)]
  const parts = [
    ...(background.length > 0 ? [`background of ${list(background)}`] : []),
    ...(absent.length > 0 ? [`no reported ${absent.join(' or ')}`] : []),
    ...(unknown.length > 0 ? [`not known: ${list(unknown)}`] : []),
  ]
  const written = (concerns: number, actions: number): Handover => ({
    situation: sentence(
      `${who(input)} with ${told.length > 0 ? list(told) : (input.complaints[0] ?? 'a complaint').toLowerCase()}`,
    ),
    background: parts.length > 0 ? sentence(parts.join('; ')) : NOTHING_ELSE,
    assessment: `Preliminary level ${assessment.level}. ${assessment.concerns
      .slice(0, concerns)
      .map((c) => c.text)
      .join(' ')}`,
    recommendation: `Recommended: ${assessment.actions
      .slice(0, actions)
      .map((a) => a.text)
      .join(' ')} ${NURSE_REVIEW}`,
  })
  return [written(2, 2), written(1, 2)].find((h) => handoverWords(h) <= MOST_HANDOVER_WORDS) ?? written(1, 1)
}
