import type { Language } from '#contracts/clinical/language.ts'

const EN: Readonly<Record<string, number>> = {
  a: 1,
  an: 1,
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
  eleven: 11,
  twelve: 12,
  fourteen: 14,
  fifteen: 15,
  twenty: 20,
  thirty: 30,
  forty: 40,
  half: 0.5,
  'half a': 0.5,
  'half an': 0.5,
  'a couple of': 2,
  'a couple': 2,
  'couple of': 2,
  couple: 2,
  'a few': 3,
  few: 3,
  several: 4,
}
const ES: Readonly<Record<string, number>> = {
  un: 1,
  una: 1,
  uno: 1,
  dos: 2,
  tres: 3,
  cuatro: 4,
  cinco: 5,
  seis: 6,
  siete: 7,
  ocho: 8,
  nueve: 9,
  diez: 10,
  once: 11,
  doce: 12,
  quince: 15,
  veinte: 20,
  treinta: 30,
  media: 0.5,
  'un par de': 2,
  unos: 3,
  unas: 3,
  'unos pocos': 3,
  'unas pocas': 3,
  varios: 4,
  varias: 4,
}
const WORDS: Readonly<Record<Language, Readonly<Record<string, number>>>> = { en: EN, es: ES }

/** Regex source (no group) for a number in digits or words, on folded text. */
export const numberPattern = (language: Language): string => {
  const words = Object.keys(WORDS[language]).sort((a, b) => b.length - a.length)
  return `(?:\\d{1,4}(?:[.,]\\d+)?|${words.join('|')})`
}

/** Value of what {@link numberPattern} matched; NaN when it is neither digits nor a known word. */
export const toNumber = (text: string, language: Language): number => WORDS[language][text] ?? Number(text.replace(',', '.'))
