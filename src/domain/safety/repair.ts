import type { SafetyContent, SafetyPhrases } from '#contracts/content/safety.ts'
import { foldPhrase } from './normalise.ts'

/** Puts words that were broken up or disguised back together, for terms the validator must not miss. */
export type Repair = (text: string) => string

const LEET: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '8': 'b',
  '@': 'a',
  $: 's',
}
const LISTS = ['diseases', 'drugs', 'drugClasses', 'certainty', 'diagnosisClaims', 'directClaims'] as const
const SHORTEST = 5
const SHORTEST_FUZZY = 7
const LONGEST_RUN = 5

const wordsOf = (content: SafetyContent, keys: readonly (keyof SafetyPhrases)[]): string[] =>
  [content.en, content.es].flatMap((book) =>
    keys.flatMap((key) =>
      book[key].flatMap((phrase) =>
        phrase
          .split(/[\s|]+/)
          .filter((w) => !w.startsWith('~'))
          .flatMap((w) => foldPhrase(w.replace('*', '')).trim().split(' ')),
      ),
    ),
  )

/** All strings one deletion away, and the word itself (the SymSpell index for edit distance 1). */
const nearby = (word: string): string[] => [word, ...[...word].map((_, i) => word.slice(0, i) + word.slice(i + 1))]

/** At most one letter added, dropped, changed or swapped with its neighbour. */
const oneEditApart = (a: string, b: string): boolean => {
  let at = 0
  while (at < a.length && a[at] === b[at]) at++
  const rest = (n: number, m: number): boolean => a.slice(at + n) === b.slice(at + m)
  const swapped = a[at] === b[at + 1] && a[at + 1] === b[at] && rest(2, 2)
  return rest(1, 1) || rest(1, 0) || rest(0, 1) || swapped
}

const unleet = (word: string): string => word.replace(/[0134578@$]/g, (c) => LEET[c] ?? c)

/**
 * Compiles the repair for both languages at once: "pneu monia", "t0ns1ll1tis" and "paracetemol" read as the words they stand
 * for. Words of the known lists are never changed, nor anything that is a word of its own in ordinary text (`ordinary`).
 */
export const compileRepair = (
  content: SafetyContent,
  namesDisease: (word: string) => boolean,
  namesDrug: (word: string) => boolean,
): Repair => {
  const terms = new Set(wordsOf(content, LISTS).filter((w) => w.length >= SHORTEST))
  const ordinary = new Set(wordsOf(content, ['stopwords', 'similarWords']))
  const drugs = new Map<string, string[]>()
  for (const drug of [...content.en.drugs, ...content.es.drugs]
    .filter((d) => !/[\s*]/.test(d))
    .map((d) => foldPhrase(d).trim())) {
    if (drug.length >= SHORTEST_FUZZY - 1) for (const form of nearby(drug)) drugs.set(form, [...(drugs.get(form) ?? []), drug])
  }
  const known = (word: string): boolean => terms.has(word) || namesDisease(word) || namesDrug(word)

  const single = (word: string): string => {
    if (/[a-z]/.test(word) && /[0134578@$]/.test(word)) {
      const decoded = unleet(word)
      return decoded.length >= SHORTEST && known(decoded) ? decoded : word
    }
    if (word.length < SHORTEST_FUZZY || ordinary.has(word) || known(word)) return word
    for (const form of nearby(word)) {
      const drug = drugs.get(form)?.find((d) => oneEditApart(word, d))
      if (drug !== undefined) return drug
    }
    return word
  }

  /** Length of the run of words from `at` that together spell one term, or 0. */
  const brokenTerm = (words: readonly string[], at: number): number => {
    let joined = unleet(words[at] ?? '')
    for (let n = 2; n <= LONGEST_RUN && at + n <= words.length; n++) {
      joined += unleet(words[at + n - 1] ?? '')
      if (joined.length > 24) return 0
      if (joined.length >= SHORTEST && terms.has(joined)) return n
    }
    return 0
  }

  return (text) => {
    const words = text.trim().split(' ')
    const out: string[] = []
    for (let i = 0; i < words.length; ) {
      const n = brokenTerm(words, i)
      out.push(
        n > 0
          ? words
              .slice(i, i + n)
              .map(unleet)
              .join('')
          : single(words[i] ?? ''),
      )
      i += Math.max(n, 1)
    }
    return ` ${out.join(' ')} `
  }
}
