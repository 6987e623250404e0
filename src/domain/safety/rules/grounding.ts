import type { Field, Rule, ValidationContext } from '../context.ts'
import { labelsOf, violation } from '../context.ts'
import { foldPhrase, withoutLabels } from '../normalise.ts'
import { allMatches, type Phrasebook } from '../phrases.ts'
import { negatedBefore, readLists } from '../scope.ts'

/** Share of a statement's content words that its citations must contain. Chosen on the tuning half of the adversarial suite. */
export const SUPPORT_THRESHOLD = 0.5

const stem = (word: string): string =>
  word.replace(/(?:ingly|edly|ing|ies|ied|ed|es|ly|y|s|iones|ion|mente|ado|ada|ar|er|ir)$/u, '').slice(0, 7)

/** Content words of a text, stemmed: what it claims once stop words and hedges are gone. */
export const contentStems = (text: string, stopwords: ReadonlySet<string>): Set<string> =>
  new Set(
    foldPhrase(text)
      .trim()
      .split(' ')
      .filter((w) => w.length > 2 && !stopwords.has(w))
      .map(stem)
      .filter((w) => w.length > 1),
  )

/** How much of the statement the cited texts say: shared stems / stems of the statement (1 when it claims nothing). */
export const supportOf = (statement: string, cited: readonly string[], stopwords: ReadonlySet<string>): number => {
  const claim = contentStems(statement, stopwords)
  if (claim.size === 0) return 1
  const said = contentStems(cited.join(' '), stopwords)
  return [...claim].filter((w) => said.has(w)).length / claim.size
}

/** Where a field says the label of a present finding, other labels (which may hold a "not" of their own) taken out. */
const mentions = (f: Field, context: ValidationContext, label: string) => {
  const p = context.phrases
  const folded = foldPhrase(label)
  const others = labelsOf(context.findings, 'present').filter((l) => !folded.includes(l.trim()))
  return f.sentences
    .flatMap((s) => readLists(p, s, (c) => c.text))
    .flatMap((list) => {
      const text = withoutLabels(list, others)
      const start = text.indexOf(folded) + 1
      return start === 0 ? [] : [{ text, at: { start, end: start + folded.length - 1, text: label } }]
    })
}

/** Clauses that share content with the label of a finding; a paraphrase need not use the label itself. */
const speaksOf = (p: Phrasebook, f: Field, label: string): string[] => {
  const words = contentStems(label, p.stopwordSet)
  return f.sentences
    .flatMap((s) => readLists(p, s, (c) => c.text))
    .filter((text) => [...contentStems(text, p.stopwordSet)].some((w) => words.has(w)))
}

/** A cited finding must be told as it is: present not denied, absent and unknown not stated. */
const reversesCited = (f: Field, context: ValidationContext): boolean => {
  const { findings, phrases: p } = context
  return f.cites.some((id) => {
    const finding = id.startsWith('f') ? findings[Number(id.slice(1)) - 1] : undefined
    if (!finding) return false
    if (finding.status === 'present') return mentions(f, context, finding.label).some((m) => negatedBefore(p, m.text, m.at, 2))
    const spoken = speaksOf(p, f, finding.label)
    return spoken.length > 0 && spoken.every((t) => !p.negation(t) && !p.conditional(t))
  })
}

/** The summary cites nothing, yet it may not state a finding that was denied. */
const statesDenied = (f: Field, context: ValidationContext): boolean => {
  const { phrases: p, findings } = context
  const known = labelsOf(context.findings, 'present')
  const lists = f.sentences
    .flatMap((s) => readLists(p, s, (c) => c.text))
    // "glandular fever" is not the finding "fever"
    .map((t) => allMatches(p.diseases, t).reduce((rest, m) => rest.replaceAll(` ${m.text} `, ' '), withoutLabels(t, known)))
  return findings.some(
    ({ status, label }) =>
      status === 'absent' && lists.some((t) => t.includes(foldPhrase(label)) && !p.negation(t) && !p.conditional(t)),
  )
}

/** Every citation exists, each sentence is supported by what it cites, and findings are told with their status. */
export const grounded: Rule = (fields, _a, context) => {
  const cited = new Map<string, string>()
  context.findings.forEach((x, i) => {
    cited.set(`f${i + 1}`, x.label)
  })
  context.passages.forEach((x, i) => {
    cited.set(`p${i + 1}`, `${x.heading} ${x.text}`)
  })
  return fields.flatMap((f) => {
    if (f.kind === 'summary' && statesDenied(f, context)) return [violation('citation-unsupported', f.path)]
    if (f.kind !== 'concern' && f.kind !== 'action') return []
    const unknown = f.cites.filter((id) => !cited.has(id))
    if (unknown.length > 0) return unknown.map((id) => violation('citation-unknown', f.path, id))
    const texts = f.cites.map((id) => cited.get(id) ?? '')
    const supported = supportOf(f.raw, texts, context.phrases.stopwordSet) >= SUPPORT_THRESHOLD
    return supported && !reversesCited(f, context) ? [] : [violation('citation-unsupported', f.path)]
  })
}
