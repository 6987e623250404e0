import { fold } from './fold.ts'

/** A word as the learnt models were taught it; offsets are in the folded text. */
export type PlainWord = { word: string; start: number; end: number }

const WORD = /[\p{L}\p{N}]+(?:'\p{L}+)*/gu

/** Folded words without apostrophes ("can't" is "cant"); a number is "0". The twin of `training/…/text/words.py`. */
export const plainSpans = (folded: string): PlainWord[] =>
  [...folded.matchAll(WORD)].map((m) => ({
    word: /^\p{N}+$/u.test(m[0]) ? '0' : m[0].replaceAll("'", ''),
    start: m.index,
    end: m.index + m[0].length,
  }))

export const plainWords = (text: string): string[] => plainSpans(fold(text).text).map((w) => w.word)
