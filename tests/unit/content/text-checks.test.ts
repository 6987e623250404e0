import { describe, expect, it } from 'vitest'
import { certaintyIn, isHedged, medicineIn, readingGrade, sharedWords } from '../../../scripts/content/checks/text-checks.ts'

describe('texts for patients and staff', () => {
  it.each<[string, string | null]>([
    ['Take ibuprofen for the pain', 'ibuprofen'],
    ['Tome Paracetamol si lo tolera', 'Paracetamol'],
    ['Two tablets: 2 tablets a day', '2 tablets'],
    ['Give 0.5 ml now', '0.5 ml'],
    ['Use the pain relief you already tolerate', null],
    ['Drink a glass of water every hour', null],
    ['Aspirinate is not a word', null],
    ['Temperature of 38 degrees for 5 days', null],
  ])('%s names %s', (text, found) => {
    expect(medicineIn(text)).toBe(found)
  })

  it.each<[string, 'en' | 'es', boolean]>([
    ['Possible viral sore throat', 'en', true],
    ['Concerning for acute coronary syndrome', 'en', true],
    ['Viral sore throat', 'en', false],
    ['Impossible to say', 'en', false],
    ['Posible faringitis viral', 'es', true],
    ['Faringitis viral', 'es', false],
    ['Possible faringitis', 'es', false],
  ])('"%s" (%s) hedged: %s', (text, language, hedged) => {
    expect(isHedged(text, language)).toBe(hedged)
  })

  it('finds certainty and empty comfort', () => {
    expect(certaintyIn('This is definitely a cold')).toBe('definitely')
    expect(certaintyIn('No hay de qué preocuparse')).toBe('No hay de qué preocuparse')
    expect(certaintyIn('You have a cough and a cold')).toBeNull()
    expect(certaintyIn('You have an infection')).toBe('You have an infection')
  })

  it('grades simple text below clinical text', () => {
    const simple = readingGrade(['Do you have a fever?', 'Drink water. Rest well.'])
    const clinical = readingGrade([
      'Persistent haematological abnormalities necessitate multidisciplinary investigation immediately.',
    ])
    expect(simple).toBeLessThan(4)
    expect(clinical).toBeGreaterThan(12)
    expect(readingGrade([])).toBe(0)
  })

  it('counts shared content words, stemmed, without the small ones', () => {
    expect(sharedWords('Resting the foot and toes', 'Rest your foot. A toe may hurt.')).toBe(3)
    expect(sharedWords('the and for with', 'the and for with')).toBe(0)
  })
})
