import type { EvaluationCase } from '#contracts/evaluation/case.ts'
import { seededRandom } from '../metrics/intervals.ts'

/** The same story, told worse: nothing that a reader would take for another story. */
export type Disturbance = { name: string; apply: (c: EvaluationCase) => EvaluationCase }

const seedOf = (text: string): number => {
  let h = 2166136261
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 16777619)
  return h >>> 0
}

const PHONE_ROWS = ['qwertyuiop', 'asdfghjkl', 'zxcvbnm']
const neighbour = (letter: string, at: number): string => {
  const row = PHONE_ROWS.find((r) => r.includes(letter))
  if (!row) return letter
  const i = row.indexOf(letter)
  return row[at < 0.5 ? Math.max(0, i - 1) : Math.min(row.length - 1, i + 1)] ?? letter
}

/** One slip in a word of five letters or more: two letters swapped, one dropped, doubled, or a neighbour on the keyboard. */
const slip = (word: string, random: () => number): string => {
  const i = 1 + Math.floor(random() * (word.length - 2))
  const kind = random()
  if (kind < 0.25) return word.slice(0, i) + (word[i + 1] ?? '') + (word[i] ?? '') + word.slice(i + 2)
  if (kind < 0.5) return word.slice(0, i) + word.slice(i + 1)
  if (kind < 0.75) return word.slice(0, i) + (word[i] ?? '') + word.slice(i)
  return word.slice(0, i) + neighbour(word[i] ?? '', random()) + word.slice(i + 1)
}

/** About `share` of the longer words with a slip each; numbers stay. */
export const withTypos = (text: string, share: number): string => {
  const random = seededRandom(seedOf(text))
  return text.replace(/\p{L}{5,}/gu, (word) => (random() < share ? slip(word, random) : word))
}

const HISTORY = {
  en: 'Years ago I had my appendix out and as a child I had chickenpox, all fine since. My neighbour drove me here and parking was hard.',
  es: 'Hace años me operaron de apendicitis y de niño tuve varicela, todo bien desde entonces. Me trajo mi vecino y costó aparcar.',
} as const

const told = (name: string, change: (text: string, c: EvaluationCase) => string): Disturbance => ({
  name,
  apply: (c) => ({ ...c, narrative: change(c.narrative, c) }),
})

export const DISTURBANCES: readonly Disturbance[] = [
  told('typos, one long word in eight', (t) => withTypos(t, 1 / 8)),
  told('typos, one long word in three', (t) => withTypos(t, 1 / 3)),
  told('capitals', (t) => t.toUpperCase()),
  told('small letters, no punctuation', (t) => t.toLowerCase().replace(/[.,;:!?¿¡"()]/g, ' ')),
  told('odd white space', (t) => t.replace(/ /g, '  \u200b').replace(/\. /g, '.\t')),
  told('old history before', (t, c) => `${HISTORY[c.language]} ${t}`),
  told('old history after', (t, c) => `${t.replace(/[.!?\s]*$/, '.')} ${HISTORY[c.language]}`),
]
