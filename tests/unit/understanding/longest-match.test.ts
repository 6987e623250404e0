import { describe, expect, test } from 'vitest'
import type { Language } from '#contracts/clinical/language.ts'
import type { Profile } from '#contracts/clinical/profile.ts'
import { LexiconEntry } from '#contracts/content/lexicon.ts'
import { understand } from '#domain/understanding/understand.ts'
import { cues, parent, self } from './lexicon-fixture.ts'

const entry = (code: string, en: string[], es: string[], more: Partial<LexiconEntry> = {}): LexiconEntry =>
  LexiconEntry.parse({ code, label: { en: code, es: code }, kind: 'symptom', terms: { en, es }, ...more })

const lexicon = [
  entry('breathlessness', ["can't breathe"], ['no puedo respirar'], { escalate: 'breathing' }),
  entry('blocked-nose', ["can't breathe through my nose"], ['no puedo respirar por la nariz']),
  entry('fainting', ['fainting', 'passed out'], ['me desmayo']),
  entry('dizziness', ['feel faint', 'nearly passed out'], ['casi me desmayo']),
  entry('confusion', ['confused'], ['confundido'], { escalate: 'neurological' }),
  entry('minor-request', ['confused about my medicine'], ['confundido con mi medicina']),
  entry('chest-pain', ['chest pain'], ['dolor de pecho'], { escalate: 'chest-pain' }),
  entry('lasting', ['chest pain for hours'], ['dolor de pecho desde hace horas'], { kind: 'context' }),
  entry('cannot-swallow', ['cannot swallow water'], ['no puedo tragar agua', 'no puedo tragar ni agua']),
  entry('trouble-swallowing', ['cannot swallow'], ['no puedo tragar']),
  entry('hives', ['hives'], ['ronchas']),
  entry('immunosuppressed', ['hiv'], ['vih', 'sida'], { kind: 'context' }),
  entry('vaginal-bleeding', ['spotting'], ['manchado']),
  entry('choking', ['choking'], ['atragantado']),
  entry('cancer', ['have cancer'], ['tengo cancer'], { kind: 'context' }),
  entry('fever', ['fever'], ['fiebre']),
]
const told = (words: string, language: Language = 'en', profile: Profile = self): string =>
  understand({ words, language, profile, lexicon, cues })
    .findings.map((f) => `${{ present: '+', absent: '-', unknown: '?' }[f.status]}${f.code}`)
    .sort()
    .join(' ')

describe('the longer wording hides the shorter one inside it', () => {
  test.each([
    ["I can't breathe through my nose", '+blocked-nose'],
    ["I can't breathe. I can't breathe through my nose", '+blocked-nose +breathlessness'],
    ["I can't breathe", '+breathlessness'],
    ['I feel faint', '+dizziness'],
    ['I keep fainting', '+fainting'],
    ['I nearly passed out', '+dizziness'],
    ['I am confused about my medicine', '+minor-request'],
    ['she is confused', '+confusion'],
  ])('%s → %s', (words, expected) => expect(told(words)).toBe(expected))

  test('circumstance hides nothing', () => expect(told('chest pain for hours')).toBe('+chest-pain +lasting'))
})

describe('words that only look like others', () => {
  test.each([
    ['I came out in hives', '+hives'],
    ['purple spots on his legs', ''],
    ['I have been spotting', '+vaginal-bleeding'],
    ['I cut my finger while cooking', ''],
    ['I have to cancel my appointment', ''],
  ])('%s → %s', (words, expected) => expect(told(words)).toBe(expected))
  test('an English word is not a Spanish disease', () => expect(told('on the other side')).toBe(''))
})

describe('a denial inside a term', () => {
  test.each(['no puedo tragar ni agua', 'no puedo ni tragar agua'])('%s', (words) =>
    expect(told(words, 'es')).toBe('+cannot-swallow'),
  )
})

describe('what is over', () => {
  test.each([
    ['I had a fever last month but it went away', ''],
    ['I had chest pain two years ago but none now', ''],
    ['I had chest pain two years ago and now it is back', '+chest-pain'],
    ['I had a fever last week', '+fever'],
  ])('%s → %s', (words, expected) => expect(told(words)).toBe(expected))
})

test('a child without the word is still the patient', () => {
  expect(told('my little one has a fever', 'en', parent)).toBe('+fever')
  expect(told('my little brother has a fever', 'en', parent)).toBe('')
})
