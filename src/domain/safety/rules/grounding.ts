import type { Field, Rule, ValidationContext } from '../context.ts'
import { violation } from '../context.ts'
import { foldPhrase } from '../normalise.ts'

/** Share of a statement's content words that its citations must contain. Chosen on the tuning half of the adversarial suite. */
export const SUPPORT_THRESHOLD = 0.5

const stem = (word: string): string =>
  word.replace(/(?:ingly|edly|ing|ies|ied|ed|es|ly|s|iones|ion|mente|ado|ada|ar|er|ir)$/u, '').slice(0, 7)

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

const claimsAbsent = (f: Field, context: ValidationContext, label: string): boolean => {
  const words = contentStems(label, context.phrases.stopwordSet)
  const spoken = f.sentences
    .flatMap((s) => s.clauses)
    .filter((c) => [...contentStems(c.text, context.phrases.stopwordSet)].some((w) => words.has(w)))
  return spoken.length > 0 && spoken.every((c) => !context.phrases.negation(c.text) && !context.phrases.conditional(c.text))
}

/** Every citation exists, each shares content with its sentence, and together they support it. */
export const grounded: Rule = (fields, _a, context) => {
  const cited = new Map<string, string>()
  context.findings.forEach((x, i) => {
    cited.set(`f${i + 1}`, x.label)
  })
  context.passages.forEach((x, i) => {
    cited.set(`p${i + 1}`, `${x.heading} ${x.text}`)
  })
  return fields.flatMap((f) => {
    if (f.kind !== 'concern' && f.kind !== 'action') return []
    const unknown = f.cites.filter((id) => !cited.has(id))
    if (unknown.length > 0) return unknown.map((id) => violation('citation-unknown', f.path, id))
    const texts = f.cites.map((id) => cited.get(id) ?? '')
    if (supportOf(f.raw, texts, context.phrases.stopwordSet) < SUPPORT_THRESHOLD)
      return [violation('citation-unsupported', f.path)]
    const reversed = f.cites.some((id) => {
      const finding = id.startsWith('f') ? context.findings[Number(id.slice(1)) - 1] : undefined
      return finding?.status === 'absent' && claimsAbsent(f, context, finding.label)
    })
    return reversed ? [violation('citation-unsupported', f.path)] : []
  })
}
