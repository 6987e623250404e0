import { ASSESSMENT_LIMITS } from '#contracts/clinical/assessment.ts'
import type { Rule } from '../context.ts'
import { violation } from '../context.ts'
import { INVISIBLE, readSentences } from '../normalise.ts'

/** The summary says that this is a preliminary assessment. */
export const preliminaryStated: Rule = (_f, a, { phrases }) =>
  readSentences(a.summary).some((s) => phrases.preliminary(s.text)) ? [] : [violation('preliminary-stated', 'summary')]

/** The disclaimer says that a nurse must review, and nothing else says that none need. */
export const nurseReviewStated: Rule = (fields, _a, { phrases: p }) => {
  const denied = fields.flatMap((f) =>
    f.sentences.flatMap((s) => p.nurseReviewDenied(s.text) ?? []).map((m) => violation('nurse-review-stated', f.path, m.text)),
  )
  const stated = fields.some((f) => f.kind === 'disclaimer' && f.sentences.some((s) => p.nurseReview(s.text)))
  return stated ? denied : [...denied, violation('nurse-review-stated', 'disclaimer')]
}

const MARKUP = /[<>{}\\|`#*_~^[\]]|https?:|www\.|\S+@\S+\.\S+|!\[|&[a-z]+;/iu
const FOREIGN = /[^\p{Script=Latin}\p{Script=Common}\p{Script=Inherited}]|\p{Extended_Pictographic}|\p{Cc}|\p{Co}|\p{Cn}/u

/** Plain Latin text only: no markup, link, hidden character, look-alike alphabet or emoji. */
export const plainText: Rule = (fields) =>
  fields.flatMap((f) => {
    const hidden = f.raw.search(INVISIBLE) >= 0
    const hit = MARKUP.exec(f.raw) ?? FOREIGN.exec(f.raw)
    return hidden || hit ? [violation('markup', f.path, hit?.[0])] : []
  })

/** Nothing of the instructions, and no talk of being a model. */
export const noLeak: Rule = (fields, _a, { phrases: p }) =>
  fields.flatMap((f) =>
    f.sentences.flatMap((s) => p.leaks(s.text) ?? []).map((m) => violation('instruction-leak', f.path, m.text)),
  )

/** No reassurance that could keep a patient from being seen. */
export const noReassurance: Rule = (fields, _a, { phrases: p }) =>
  fields.flatMap((f) =>
    f.sentences.flatMap((s) => p.reassurance(s.text) ?? []).map((m) => violation('unsafe-reassurance', f.path, m.text)),
  )

/** Word counts that a constrained decoder may still overrun. */
export const withinLength: Rule = (fields) =>
  fields.flatMap((f) => {
    const limit = f.kind === 'summary' ? ASSESSMENT_LIMITS.summary : ASSESSMENT_LIMITS.statement
    return f.raw.length > limit || f.raw.trim().length < 3 ? [violation('length', f.path)] : []
  })
