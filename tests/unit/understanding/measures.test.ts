import { describe, expect, test } from 'vitest'
import { parent, read, self } from './lexicon-fixture.ts'

const measured = (words: string, language: 'en' | 'es' = 'en'): string =>
  read(words, language)
    .measures.map((m) => `${m.name}=${m.value}`)
    .sort()
    .join(' ')

describe('numbers', () => {
  test.each([
    ['for 3 days', 'duration_hours=72'],
    ['30 minutes ago', 'duration_hours=0.5'],
    ['since this morning', 'duration_hours=6'],
    ['for a couple of weeks', 'duration_hours=336'],
    ['for the past two hours', 'duration_hours=2'],
    ['since yesterday', 'duration_hours=24'],
    ['knocked out for 2 minutes', ''],
    ['5 minutes ago', 'duration_hours=0.08'],
    ['ten years ago', ''],
    ['temp 38.5', 'temperature_c=38.5'],
    ['fever of 102', 'temperature_c=38.9'],
    ['101.5 F', 'temperature_c=38.6'],
    ['39,2 °C', 'temperature_c=39.2'],
    ['fever for 3 days', 'duration_hours=72'],
    ['she has 38.6', 'temperature_c=38.6'],
    ['I weigh 38.5 kg', ''],
    ['blood pressure 150/95', 'diastolic=95 systolic=150'],
    ['150 over 95', 'diastolic=95 systolic=150'],
    ['on 10/12/2025', ''],
    ['pain 8/10', 'pain_score=8'],
    ['8 out of 10', 'pain_score=8'],
    ['pulse of 110', 'heart_rate=110'],
    ['oxygen is 91%', 'spo2=91'],
    ["I'm 28 weeks pregnant", 'gestation_weeks=28'],
    ['6 months pregnant', 'gestation_weeks=26'],
    ['I am 45', ''],
    ['my 6 week old baby', ''],
    ['temperature 500', ''],
  ])('%s → %s', (words, expected) => expect(measured(words)).toBe(expected))
  test.each([
    ['desde hace dos días', 'duration_hours=48'],
    ['hace 3 semanas', 'duration_hours=504'],
    ['hace 5 años', ''],
    ['hace dos años que me duele', 'duration_hours=17520'],
    ['desde ayer', 'duration_hours=24'],
    ['fiebre de 39', 'temperature_c=39'],
    ['embarazada de 20 semanas', 'gestation_weeks=20'],
    ['presión 150/95', 'diastolic=95 systolic=150'],
    ['dolor 7 de 10', 'pain_score=7'],
  ])('%s → %s', (words, expected) => expect(measured(words, 'es')).toBe(expected))

  test('a measured fever is a fever', () =>
    expect(read('temp 39').findings).toMatchObject([{ code: 'fever', status: 'present', quote: { text: 'temp 39' } }]))
})

describe('age', () => {
  const age = (words: string, language: 'en' | 'es', who = self) => read(words, language, who).age?.age
  test.each([
    ['I am 45 and my back hurts', 'en', self, { value: 45, unit: 'year' }],
    ['45-year-old with a cough', 'en', self, { value: 45, unit: 'year' }],
    ['my 6 week old will not feed', 'en', parent, { value: 6, unit: 'week' }],
    ['My 3yo son', 'en', parent, { value: 3, unit: 'year' }],
    ['mi hija de 8 meses', 'es', parent, { value: 8, unit: 'month' }],
  ] as const)('%s', (words, language, who, expected) => expect(age(words, language, who)).toEqual(expected))
  test('of someone else is not the patient’s', () => expect(age('my 3 year old son is fine', 'en')).toBeUndefined())
})
