import type { Assessment } from '#contracts/clinical/assessment.ts'
import type { Handover } from '#contracts/clinical/handover.ts'
import { handoverText, NOTHING_ELSE, NURSE_REVIEW } from '#domain/assessment/handover.ts'
import type { AssessmentInput } from '#domain/assessment/prompt.ts'

const STATEMENTS = 2

/** What a nurse would want to hear in half a minute: the same facts as the assessment, none added. */
export const targetHandover = (
  input: AssessmentInput,
  assessment: Assessment,
  isBackground: (code: string) => boolean,
): Handover => {
  const text = handoverText(input, assessment, isBackground)
  const { background, denied } = text.told
  const rest = [...background, ...denied.slice(0, 1)]
  return {
    situation: text.situation,
    background: rest.length > 0 ? `${rest.join('. ')}.` : NOTHING_ELSE,
    assessment: text.assessment.slice(0, STATEMENTS).join(' '),
    recommendation: [...text.recommendation.slice(0, STATEMENTS), NURSE_REVIEW].join(' '),
  }
}
