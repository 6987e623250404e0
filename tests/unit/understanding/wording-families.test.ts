import { describe, expect, it } from 'vitest'
import type { Profile } from '#contracts/clinical/profile.ts'
import type { Cues, LexiconEntry } from '#contracts/content/lexicon.ts'
import { understand } from '#domain/understanding/understand.ts'

const none = {
  negation: ['not', 'no'],
  pseudoNegation: [],
  postNegation: [],
  uncertainty: [],
  otherPerson: ['my boyfriend', 'my mum'],
  past: [],
  current: [],
  terminators: [],
}
const cues: Cues = { en: none, es: none }
const entry = (code: string, ...en: string[]): LexiconEntry => ({
  code,
  label: { en: code, es: code },
  kind: 'symptom',
  terms: { en, es: [] },
})
const lexicon = [
  entry('fever', 'fever'),
  entry('overdose', 'took|swallowed 0 pills|paracetamol'),
  entry('belly-pain', 'pain in my tummy'),
  entry('blood-in-urine', 'blood in my pee'),
  entry('coughing-blood', 'coughed up blood'),
  entry('unsafe', 'boyfriend strangled me'),
  entry('insomnia', 'not sleep'),
]
const patient: Profile = { reporter: 'patient', sex: 'female' }
const read = (words: string): string[] =>
  understand({ words, language: 'en', profile: patient, lexicon, cues }).findings.map((f) => `${f.status} ${f.code}`)

describe('families of wordings', () => {
  it.each([
    ['took 25 paracetamol', ['present overdose']],
    ['i swallowed about twenty tablets', ['present overdose']],
    ['took 1 paracetamol', []],
    ['pain in the stomach', ['present belly-pain']],
    ['theres blood in my wee', ['present blood-in-urine']],
    ['blood on my wee boy', []],
    ['coughed up about a cupful of bright red blood', ['present coughing-blood']],
    ['my boyfriend strangled me', ['present unsafe']],
    ['since my mum died, cant sleep', ['present insomnia']],
    ['a cough, no temp', ['absent fever']],
    ['temp 36.8 this morning', ['absent fever']],
    ['temp 38.6 this morning', ['present fever']],
  ])('%s', (words, expected) => {
    expect(read(words)).toEqual(expected)
  })
})
