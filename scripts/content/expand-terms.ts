import type { WordSets } from '#contracts/content/lexicon.ts'

/** Most terms that one written term may become; beyond that a set is too wide for its place. */
export const MAX_EXPANSION = 400

export type Expansion = { terms: string[]; unknown: string[] }

const orders = (parts: readonly string[]): string[][] =>
  parts.length <= 1
    ? [[...parts]]
    : parts.flatMap((first, i) => orders(parts.filter((_, n) => n !== i)).map((rest) => [first, ...rest]))

/**
 * Writes out the short forms of a lexicon term: `@set` is any word of that word set, `a + b` both, in either order.
 * Single words of a set stay together as `x|y`; wordings of several words make terms of their own.
 */
export const expandTerm = (term: string, sets: WordSets, language: 'en' | 'es'): Expansion => {
  if (!term.includes('@') && !term.includes('+')) return { terms: [term], unknown: [] }
  const unknown: string[] = []
  const choices = (word: string): string[] => {
    if (!word.startsWith('@')) return [word]
    const members = sets[word.slice(1)]?.[language]
    if (!members) {
      unknown.push(word)
      return []
    }
    const single = members.filter((m) => !m.includes(' '))
    return [...(single.length > 0 ? [single.join('|')] : []), ...members.filter((m) => m.includes(' '))]
  }
  const written = term.split(' ').map((w) => (w === '+' ? [w] : choices(w)))
  const flat = written.reduce<string[]>(
    (out, options) => out.flatMap((o) => options.map((w) => (o === '' ? w : `${o} ${w}`))),
    [''],
  )
  const terms = flat.flatMap((t) => orders(t.split(' + ')).map((o) => o.join(' ')))
  return { terms: [...new Set(terms)], unknown }
}
