import type { Language } from '#contracts/clinical/language.ts'
import type { SafetyContent, SafetyPhrases } from '#contracts/content/safety.ts'
import { foldPhrase } from './normalise.ts'
import { compileRepair, type Repair } from './repair.ts'

/** Finds any of a list of phrases in folded text (see `normalise.ts`); answers where, or null. */
export type Matcher = (text: string) => { start: number; end: number; text: string } | null
export type Phrasebook = Readonly<Record<keyof SafetyPhrases, Matcher>> & {
  readonly stopwordSet: ReadonlySet<string>
  readonly repair: Repair
}

const escapeRegex = (s: string): string => s.replace(/[.+?^${}()|[\]\\]/g, '\\$&')

const alternative = (a: string): string => {
  const stem = a.endsWith('*')
  const folded = foldPhrase(stem ? a.slice(0, -1) : a).trim()
  return escapeRegex(folded) + (stem ? '[\\p{L}\\p{N}]*' : '')
}

const phraseSource = (phrase: string): string => {
  let source = ''
  for (const word of phrase.trim().split(/\s+/)) {
    const gap = /^~(\d)$/.exec(word)
    source += gap ? `(?:[^ ]+ ){0,${gap[1]}}` : `(?:${word.split('|').map(alternative).join('|')}) `
  }
  return source
}

/** Longer phrases first, so that "possible cause is" is found whole where "possible" would do. */
const wholeWords = (phrases: readonly string[]): Matcher => {
  const words = (phrase: string): number => phrase.split(/\s+/).length
  const longestFirst = [...phrases].sort((a, b) => words(b) - words(a))
  const regex = new RegExp(`(?<= )(?:${longestFirst.map(phraseSource).join('|')})`, 'u')
  return (text) => {
    const m = regex.exec(text)
    return m ? { start: m.index, end: m.index + m[0].length, text: m[0].trim() } : null
  }
}

const suffixes = (endings: readonly string[], exceptions: readonly string[]): Matcher => {
  const except = new Set(exceptions)
  const regex = new RegExp(`(?<= )[\\p{L}]{2,}(?:${endings.map(escapeRegex).join('|')})(?= )`, 'gu')
  return (text) => {
    for (const m of text.matchAll(regex)) {
      if (!except.has(m[0])) return { start: m.index, end: m.index + m[0].length, text: m[0] }
    }
    return null
  }
}

/** Lists that hold whatever language the model slips into. */
const EITHER_LANGUAGE = [
  'diseases',
  'diagnosisClaims',
  'directClaims',
  'claimExceptions',
  'drugs',
  'drugSuffixes',
  'drugSuffixExceptions',
  'drugClasses',
  'doseUnits',
  'doseFrequencies',
  'directives',
  'certainty',
  'certaintyExceptions',
  'escalationDenied',
  'nurseReviewDenied',
  'reassurance',
  'leaks',
] as const

/** Compiles the phrase lists of one language once; matching is then a few regular expressions. */
export const compilePhrasebook = (content: SafetyContent, language: Language): Phrasebook => {
  const p: SafetyPhrases = { ...content[language] }
  for (const key of EITHER_LANGUAGE) p[key] = [...new Set([...content.en[key], ...content.es[key]])]
  const plain = Object.fromEntries(Object.entries(p).map(([key, list]) => [key, wholeWords(list)])) as Record<
    keyof SafetyPhrases,
    Matcher
  >
  const diseaseSuffixes = suffixes(p.diseaseSuffixes, p.diseaseSuffixExceptions)
  const drugSuffixes = suffixes(p.drugSuffixes, p.drugSuffixExceptions)
  return {
    ...plain,
    diseaseSuffixes,
    drugSuffixes,
    stopwordSet: new Set(p.stopwords.flatMap((w) => foldPhrase(w).trim().split(' '))),
    repair: compileRepair(
      content,
      (word) => diseaseSuffixes(` ${word} `) !== null,
      (word) => drugSuffixes(` ${word} `) !== null,
    ),
  }
}

/** Every place where the matcher hits, left to right, not overlapping. */
export const allMatches = (match: Matcher, text: string): { start: number; end: number; text: string }[] => {
  const found: { start: number; end: number; text: string }[] = []
  let offset = 0
  for (;;) {
    const m = match(text.slice(offset))
    if (!m) return found
    found.push({ start: m.start + offset, end: m.end + offset, text: m.text })
    // Keep the space before the next word, which every phrase looks behind for.
    offset += Math.max(m.end - 1, 1)
  }
}
