import type { Field, Rule } from '../context.ts'
import { presentLabels, violation } from '../context.ts'
import { type Clause, type Sentence, withoutLabels } from '../normalise.ts'
import { allMatches, type Phrasebook } from '../phrases.ts'

/** A clause that starts a list item after a hedged one ("possible flu, bronchitis or pneumonia") keeps the hedge. */
const isListTail = (clause: Clause): boolean => clause.text.trim().split(' ').length <= 6

const hedged = (p: Phrasebook, text: string): boolean =>
  p.hedges(text) !== null || p.exclusionCues(text) !== null || p.historyCues(text) !== null

const directClaim = (p: Phrasebook, clause: string): string | null => {
  for (const m of allMatches(p.directClaims, clause)) {
    const rest = clause.slice(m.end - 1)
    const next = p.claimExceptions(rest)
    if (next === null || next.start > 1) return m.text
  }
  return null
}

const inSentence = (p: Phrasebook, sentence: Sentence, labels: readonly string[]): string | null => {
  let carried = false
  for (const clause of sentence.clauses) {
    for (const text of new Set([clause.text, clause.joined])) {
      const claim = p.diagnosisClaims(text) ?? null
      if (claim && !p.negation(text) && !p.historyCues(text)) return claim.text
      const direct = directClaim(p, text)
      if (direct) return direct
    }
    const hedge = hedged(p, clause.text)
    const disease = [clause.text, clause.joined]
      .map((t) => withoutLabels(t, labels))
      .map((t) => p.diseases(t) ?? p.diseaseSuffixes(t))
      .find((m) => m !== null)
    const negated = p.negation(clause.text) !== null
    if (disease && !hedge && !negated && !(carried && isListTail(clause))) return disease.text
    carried = hedge || (carried && isListTail(clause))
  }
  return null
}

/** Never a definitive diagnosis: every disease is hedged, excluded or history, and nobody is told what they have. */
export const noDiagnosis: Rule = (fields: readonly Field[], _a, context) => {
  const { phrases } = context
  const labels = presentLabels(context)
  return fields.flatMap((f) =>
    f.kind === 'disclaimer'
      ? []
      : f.sentences.flatMap((s) => {
          const hit = inSentence(phrases, s, labels)
          return hit ? [violation('no-diagnosis', f.path, hit)] : []
        }),
  )
}
