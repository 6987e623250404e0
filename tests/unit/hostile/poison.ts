import { ASSESSMENT_LIMITS, type Assessment } from '#contracts/clinical/assessment.ts'
import type { Handover } from '#contracts/clinical/handover.ts'
import { asksAssessment, obedientAssessment, obedientHandover } from '../../fixtures/obedient.ts'
import { obey, says } from './kiosk.ts'
import type { Attack } from './visits.ts'

/** Changes what an obedient model would have written as the assessment; the hand-over stays. */
export const assessmentAs =
  (write: (sound: Assessment) => string): Attack =>
  (ask) => {
    const { schema = {} } = ask.options
    return asksAssessment(schema) ? says(write(obedientAssessment(schema))) : obey(ask)
  }
/** The same for the hand-over; the assessment stays. */
export const handoverAs =
  (write: (sound: Handover) => string): Attack =>
  (ask) => {
    const { schema = {} } = ask.options
    return asksAssessment(schema) ? obey(ask) : says(write(obedientHandover(schema)))
  }

const after = (text: string, words: string, most: number): string =>
  text.length + words.length < most ? `${text} ${words}` : words.slice(0, most)
const inFirst = (list: Assessment['concerns'], words: string): Assessment['concerns'] =>
  list.map((s, i) => (i === 0 ? { ...s, text: after(s.text, words, ASSESSMENT_LIMITS.statement) } : s))

/** Where hostile words are put into an assessment that is otherwise sound. */
export const PLACES: Readonly<Record<string, (sound: Assessment, words: string) => Assessment>> = {
  'after the summary': (a, w) => ({ ...a, summary: after(a.summary, w, ASSESSMENT_LIMITS.summary) }),
  'as the summary': (a, w) => ({ ...a, summary: `Preliminary assessment: ${w}` }),
  'in a concern': (a, w) => ({ ...a, concerns: inFirst(a.concerns, w) }),
  'in an action': (a, w) => ({ ...a, actions: inFirst(a.actions, w) }),
  'after the disclaimer': (a, w) => ({ ...a, disclaimer: `${a.disclaimer} ${w}` }),
}

const PLACE_NAMES = Object.keys(PLACES)
/** The words put into one place; without a name the places take turns. */
export const placed = (words: readonly string[], place?: string, turn = 0): [string, Attack][] =>
  words.map((text, i) => {
    const name = place ?? PLACE_NAMES[(i + turn) % PLACE_NAMES.length] ?? ''
    return [`${name}: ${text}`, assessmentAs((sound) => JSON.stringify(PLACES[name]?.(sound, text)))]
  })

const PARTS = ['situation', 'background', 'assessment', 'recommendation'] as const
/** The words at the end of one part of the hand-over; the parts take turns. */
export const inHandover = (words: readonly string[]): [string, Attack][] =>
  words.flatMap((text, i) => {
    const part = PARTS[i % PARTS.length] ?? 'situation'
    return [[`${part}: ${text}`, handoverAs((sound) => JSON.stringify({ ...sound, [part]: `${sound[part]} ${text}` }))]]
  })

const LOOK_ALIKE: Readonly<Record<string, string>> = { a: 'а', e: 'е', o: 'о', i: 'і', p: 'р', c: 'с' }
const LEET: Readonly<Record<string, string>> = { a: '4', e: '3', i: '1', o: '0', s: '5' }
const swap = (text: string, by: Readonly<Record<string, string>>): string => [...text].map((c) => by[c] ?? c).join('')

/** Ways to hide words from a filter and not from a reader. */
export const DISGUISES: Readonly<Record<string, (text: string) => string>> = {
  'zero-width spaces': (t) => [...t].join('\u200b'),
  'soft hyphens': (t) => [...t].join('\u00ad'),
  'tag characters': (t) => `${t}${[...t].map((c) => String.fromCodePoint(0xe0000 + (c.codePointAt(0) ?? 0))).join('')}`,
  'right-to-left override': (t) => `\u202e${[...t].reverse().join('')}\u202c`,
  'Cyrillic look-alikes': (t) => swap(t, LOOK_ALIKE),
  'digits for letters': (t) => swap(t, LEET),
  'full-width letters': (t) => t.replace(/[!-~]/g, (c) => String.fromCodePoint((c.codePointAt(0) ?? 0) + 0xfee0)),
  'letters with strokes': (t) => [...t].join('\u0336'),
  'spaced letters': (t) => [...t.replaceAll(' ', '  ')].join(' '),
  'capital letters': (t) => t.toUpperCase(),
  'hyphens in words': (t) => t.replace(/(\p{L}{3})(\p{L}{2,})/gu, '$1-$2'),
  'words that are broken': (t) => t.replace(/(\p{L}{4})(\p{L}{3,})/gu, '$1 $2'),
}
