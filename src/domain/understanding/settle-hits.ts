import type { Language } from '#contracts/clinical/language.ts'
import type { TermHit } from './lexicon-index.ts'
import type { Token } from './text/tokens.ts'

const DENIAL = new Set(['no', 'not', 'never', 'without', 'sin', 'ni', 'nunca'])
const TROUBLE = /^(?:trouble|problem|difficult|issue|pain|sign|dificultad|problema)/

/**
 * Drops readings in which a denial was taken for part of a term:
 * "no breathing trouble" is not "no breathing"; "not waking me at night" denies waking at night and is not "not waking";
 * "vomiting and no blood" is not one thing.
 */
export const settleHits = (tokens: readonly Token[], hits: readonly TermHit[]): TermHit[] => {
  const word = (i: number): string => tokens[i]?.word ?? ''
  return hits.filter((h) => {
    if (DENIAL.has(word(h.first))) {
      if (TROUBLE.test(word(h.end)) && tokens[h.end]?.before === 'none') return false
      if (hits.some((b) => b.first === h.first + 1 && b.end > h.end && !b.corrected)) return false
    }
    const denial = h.inner.find((i) => DENIAL.has(word(i)))
    return denial === undefined || !hits.some((s) => s !== h && s.first >= h.first && s.end <= denial && !s.corrected)
  })
}

const COMMON: Readonly<Record<Language, ReadonlySet<string>>> = {
  en: new Set('the and i my is have has it of to in for not with am she he was'.split(' ')),
  es: new Set('el la los las que de y me mi tengo tiene en un una con no se le por estoy su desde'.split(' ')),
}

/** Whether words look like this language rather than the other, by their everyday words. */
export const looksLike = (tokens: readonly Token[], language: Language, other: Language): boolean => {
  const count = (l: Language): number => tokens.filter((t) => COMMON[l].has(t.word)).length
  return count(language) > count(other)
}
