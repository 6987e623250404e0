import { ASSESSMENT_LIMITS, DISCLAIMER } from '#contracts/clinical/assessment.ts'
import type { Rule } from '../context.ts'
import { violation } from '../context.ts'
import { allMatches } from '../phrases.ts'
import { negatedBefore } from '../scope.ts'

/** The summary begins by saying that this is a preliminary assessment, and nothing takes it back. */
export const preliminaryStated: Rule = (fields, _a, { phrases: p }) => {
  const first = fields.find((f) => f.kind === 'summary')?.sentences[0]
  const begins = first !== undefined && p.preliminary(first.text)?.start === 1
  const denied = fields.some((f) =>
    f.sentences.some((s) => allMatches(p.preliminary, s.text).some((m) => negatedBefore(p, s.text, m, 3))),
  )
  return begins && !denied ? [] : [violation('preliminary-stated', 'summary')]
}

/** The disclaimer is the fixed sentence, which says that a nurse must review, and nothing else says that none need. */
export const nurseReviewStated: Rule = (fields, { disclaimer }, { phrases: p, language }) => {
  const denied = fields.flatMap((f) =>
    f.sentences.flatMap((s) => p.nurseReviewDenied(s.text) ?? []).map((m) => violation('nurse-review-stated', f.path, m.text)),
  )
  return disclaimer === DISCLAIMER[language] ? denied : [...denied, violation('nurse-review-stated', 'disclaimer')]
}

const MARKUP =
  /https?:|www\.|\b(?:javascript|data|mailto|tel|ftp):|\b[a-z0-9-]+\.(?:com|org|net|io|gov|info|edu|co)\b|\S+@\S+|!\[|&[a-z]+;|\b[a-z]+\(/iu
/** Letters of western European languages, digits, everyday punctuation and a few measuring signs. */
const PLAIN = /[^A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u00ff0-9 .,;:!?¿¡'"()/%+=&\-–—°‘’“”…≥≤±½¼×·ºª]/u

/** Plain Latin text only: no markup, link, control or hidden character, look-alike alphabet or emoji. */
export const plainText: Rule = (fields) =>
  fields.flatMap((f) => {
    const raw = f.raw.normalize('NFC')
    const hit = MARKUP.exec(raw) ?? PLAIN.exec(raw)
    return hit ? [violation('markup', f.path, hit[0])] : []
  })

/** Names of findings and passages in the prompt; a sentence cites them beside it, never inside it. */
const PROMPT_ID = /(?<= )[fp]\d{1,2}(?= )/u

/** Nothing of the instructions, and no talk of being a model. */
export const noLeak: Rule = (fields, _a, { phrases: p }) =>
  fields.flatMap((f) =>
    f.sentences
      .flatMap((s) => p.leaks(s.text)?.text ?? PROMPT_ID.exec(s.text)?.[0] ?? [])
      .map((hit) => violation('instruction-leak', f.path, hit)),
  )

/** No reassurance that could keep a patient from being seen; "cannot be ruled out" and "do not send home" are none. */
export const noReassurance: Rule = (fields, _a, { phrases: p }) =>
  fields.flatMap((f) =>
    f.sentences
      .flatMap((s) =>
        allMatches(p.reassurance, s.text)
          .filter((m) => !negatedBefore(p, s.text, m, 2))
          .slice(0, 1),
      )
      .map((m) => violation('unsafe-reassurance', f.path, m.text)),
  )

/** Limits that a constrained decoder may still overrun, and texts without a word. */
export const withinLength: Rule = (fields) =>
  fields.flatMap((f) => {
    const limit = f.kind === 'summary' ? ASSESSMENT_LIMITS.summary : ASSESSMENT_LIMITS.statement
    return f.raw.length > limit || !/\p{L}{2}/u.test(f.raw) ? [violation('length', f.path)] : []
  })
