import type { Field, Rule, ValidationContext } from '../context.ts'
import { labelsOf, violation } from '../context.ts'
import { LABEL, type Sentence, withoutLabels } from '../normalise.ts'
import { allMatches, type Matcher, type Phrasebook } from '../phrases.ts'
import { cueBefore, negatedBefore, predicateAfter, readLists } from '../scope.ts'

const ARTICLE = /^ (?:an?|the|some|un|una|el|la|los|las|unos|unas) /

/** Whether one of the matchers hits at the very start of what follows a claim, an article apart. */
const follows = (rest: string, matchers: readonly Matcher[]): boolean =>
  [rest, rest.replace(ARTICLE, ' ')].some(
    (t) => t.trim() === '' || t.startsWith(` ${LABEL} `) || matchers.some((m) => m(t)?.start === 1),
  )

/** "you have …" to the patient: nothing but what they told may follow. "this is …", "she has …": nor anything unhedged. */
const directClaim = (p: Phrasebook, text: string): string | null => {
  for (const m of allMatches(p.directClaims, text)) if (!follows(text.slice(m.end - 1), [p.claimExceptions])) return m.text
  const open = [p.claimExceptions, p.identityExceptions, p.hedges, p.exclusionCues, p.historyCues, p.negation]
  for (const m of allMatches(p.identityClaims, text)) {
    const stated = !negatedBefore(p, text, m, 1) && !cueBefore(p, p.hedges, text, m) && !cueBefore(p, p.conditional, text, m, 3)
    if (stated && !follows(text.slice(m.end - 1), open)) return m.text
  }
  return null
}

const statedClaim = (p: Phrasebook, text: string): string | null => {
  for (const m of allMatches(p.diagnosisClaims, text)) {
    const excused = negatedBefore(p, text, m, 3) || cueBefore(p, p.hedges, text, m) || cueBefore(p, p.exclusionCues, text, m)
    if (!excused && p.historyCues(text) === null) return m.text
  }
  return null
}

const unhedgedDisease = (p: Phrasebook, text: string): string | null => {
  const listed: Matcher = (t) => p.diseases(t) ?? p.diseaseSuffixes(t)
  for (const m of [...allMatches(p.diseases, text), ...allMatches(p.diseaseSuffixes, text)]) {
    const cued = [p.hedges, p.exclusionCues, p.historyCues].some((cue) => cueBefore(p, cue, text, m))
    if (!cued && !predicateAfter(p.predicateHedges, listed, text, m)) return m.text
  }
  return null
}

const inSentence = (p: Phrasebook, sentence: Sentence, context: ValidationContext): string | null => {
  for (const form of ['text', 'joined'] as const) {
    for (const list of readLists(p, sentence, (c) => c[form])) {
      const told = withoutLabels(list, labelsOf(context.findings, 'present'))
      const open = p.negation(told) || p.conditional(told) || p.historyCues(told)
      const text = open
        ? withoutLabels(told, [...labelsOf(context.findings, 'absent'), ...labelsOf(context.findings, 'unknown')])
        : told
      const hit = statedClaim(p, text) ?? directClaim(p, text) ?? unhedgedDisease(p, text)
      if (hit) return hit
    }
  }
  return null
}

/** Never a definitive diagnosis: every disease is hedged, excluded or history, and nobody is told what they have. */
export const noDiagnosis: Rule = (fields: readonly Field[], _a, context) =>
  fields.flatMap((f) =>
    f.sentences.flatMap((s) => {
      const hit = inSentence(context.phrases, s, context)
      return hit ? [violation('no-diagnosis', f.path, hit)] : []
    }),
  )
