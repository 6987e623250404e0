import type { Language } from '#contracts/clinical/language.ts'
import { type Folded, fold } from './fold.ts'
import { same } from './same-words.ts'
import { stem } from './stem.ts'

/** What separates a word from the one before it. `soft`: comma, colon, bracket, dash; `hard`: end of a sentence. */
export type Break = 'none' | 'soft' | 'hard'

/** One word. `start`/`end` are offsets in the original text; `gap` is the folded text before it. */
export type Token = { word: string; stem: string; start: number; end: number; before: Break; gap: string }

const WORD = /[\p{L}\p{N}]+(?:'\p{L}+)*/gu
const HARD = /[.!?;\n\r\u00bf\u00a1]/
const SOFT = /[,:()[\]\u2013\u2014=]|\s-+\s?|-\s/

/** Contractions with "not" become two words, so that "isn't", "isnt" and "is not" are one case for cues and terms. */
const SPLIT: Readonly<Record<string, string>> = { cannot: 'can', cant: 'can', wont: 'will', shant: 'shall', aint: 'is' }
const AUXILIARY = new Set('do does did have has had is are was were would could should can will need must might'.split(' '))
const TOILET_WEE = 'wee'
/** "My wee boy", "a wee bit": small, not urine. */
const SMALL_AFTER_WEE = new Set('boy girl one man bit lad lass son daughter baby dog while cut fall thing kid problem'.split(' '))
/** Any number from two on, as a term writes it: "took 0 tablets", "sick 0 times". */
export const ANY_NUMBER = '0'
const NUMBER_WORD =
  /^(?:[2-9]|[1-9]\d{1,2}|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|sixteen|twenty|thirty|forty|fifty|several|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|doce|quince|veinte|treinta|cuarenta|cincuenta|varias|varios)$/
export const isNumberWord = (word: string): boolean => NUMBER_WORD.test(word)

const breakOf = (gap: string, previous: string, next: string): Break => {
  if (/^[.,]$/.test(gap) && /\d$/.test(previous) && /^\d/.test(next)) return 'none'
  return HARD.test(gap) ? 'hard' : SOFT.test(gap) ? 'soft' : 'none'
}

const parts = (word: string): string[] => {
  const bare = word.replaceAll("'", '')
  const special = SPLIT[bare]
  if (special !== undefined) return [special, 'not']
  if (bare.endsWith('nt') && AUXILIARY.has(bare.slice(0, -2))) return [bare.slice(0, -2), 'not']
  return [bare]
}

export const tokenise = (folded: Folded, language: Language): Token[] => {
  const tokens: Token[] = []
  let last = 0
  let previous = ''
  for (const match of folded.text.matchAll(WORD)) {
    const gap = folded.text.slice(last, match.index)
    const first = match.index
    last = first + match[0].length
    const start = folded.start[first] ?? 0
    const end = folded.end[last - 1] ?? start
    const before = tokens.length === 0 ? 'hard' : breakOf(gap, previous, match[0])
    previous = match[0]
    const following = /^[\s]+([\p{L}]+)/u.exec(folded.text.slice(last, last + 24))?.[1] ?? ''
    parts(match[0]).forEach((part, i) => {
      const word = part === TOILET_WEE && SMALL_AFTER_WEE.has(following) ? part : same(part)
      tokens.push({ word, stem: stem(word, language), start, end, before: i === 0 ? before : 'none', gap: i === 0 ? gap : '' })
    })
  }
  return tokens
}

/** Words of a term or a cue, with `*` (any ending), `...` (any words) and `a|b` (one of these) kept as written. */
export const phraseWords = (phrase: string): string[] =>
  fold(phrase)
    .text.split(/[^\p{L}\p{N}'*.|]+/u)
    .filter((w) => w !== '')
    .flatMap((w) => (w === '...' ? [w] : w.includes('|') ? [w] : parts(w.replaceAll('.', ''))))
    .map((w) => w.split('|').map(same).join('|'))
