import type { Language } from '#contracts/clinical/language.ts'

/**
 * Light inflection only: plural, -ing, -ed in English; plural, gender and the commonest verb endings in Spanish.
 * Both sides of a comparison go through it, so what matters is that forms of one word meet, not that a stem is a word.
 */
export const stem = (word: string, language: Language): string =>
  UNINFLECTED.has(word) ? word : language === 'en' ? stemEnglish(word) : stemSpanish(word)

/** Words whose ending is no inflection: "hives" is not "hiv", "spotting" is not "spots", "sida" is not "side". */
const UNINFLECTED = new Set('hives spotting cracked aids fitting weeping note notes sida'.split(' '))
const VOWEL = /[aeiouy]/
/** Words whose ending is their meaning: "winded" is not about wind. */
const WHOLE = new Set(['winded', 'banging', 'stitches', 'drained', 'limping', 'burning', 'stabbing'])

const finish = (s: string): string => {
  const undoubled = /([bdgklmnprt])\1$/.test(s) ? s.slice(0, -1) : s
  return undoubled.length >= 4 && undoubled.endsWith('e') ? undoubled.slice(0, -1) : undoubled
}

const stemEnglish = (w: string): string => {
  if (w.length < 4 || /\d/.test(w) || WHOLE.has(w)) return w
  if (w.endsWith('ies')) return w.length > 4 ? `${w.slice(0, -3)}y` : w
  if (/(?:ss|sh|ch|x|z)es$/.test(w)) return w.slice(0, -2)
  if (w.endsWith('s') && !/(?:ss|us|is)$/.test(w)) return stemEnglish(w.slice(0, -1))
  if (w.endsWith('ing') && w.length >= 6 && VOWEL.test(w.slice(0, -3))) return finish(w.slice(0, -3))
  if (w.endsWith('ied') && w.length > 4) return `${w.slice(0, -3)}y`
  if (w.endsWith('ed') && !w.endsWith('eed') && w.length >= 5 && VOWEL.test(w.slice(0, -2))) return finish(w.slice(0, -2))
  return finish(w)
}

const stemSpanish = (w: string): string => {
  if (w.length < 4 || /\d/.test(w)) return w
  const singular = w.endsWith('s') && w.length > 4 ? w.slice(0, -1) : w
  for (const ending of ['iendo', 'ando', 'ado', 'ada', 'ido', 'ida'])
    if (singular.endsWith(ending) && singular.length - ending.length >= 4) return trim(singular.slice(0, -ending.length))
  const person = /[aeo]n$/.test(singular) && singular.length >= 6 ? singular.slice(0, -1) : singular
  return trim(person)
}

const trim = (s: string): string => (s.length >= 4 && /[aeio]$/.test(s) ? s.slice(0, -1) : s)
