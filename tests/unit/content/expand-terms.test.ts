import { describe, expect, it } from 'vitest'
import { expandTerm } from '../../../scripts/content/expand-terms.ts'

const sets = { knee: { en: ['knee', 'kneecap'], es: ['rodilla'] }, pain: { en: ['pain', 'killing me'], es: ['duele'] } }

describe('short forms of lexicon terms', () => {
  it('leave a plain term as it is', () => {
    expect(expandTerm('sore knee', sets, 'en')).toEqual({ terms: ['sore knee'], unknown: [] })
  })
  it('keep the single words of a set at one place', () => {
    expect(expandTerm('@knee hurts', sets, 'en').terms).toEqual(['knee|kneecap hurts'])
  })
  it('write both orders, and a term of its own for wordings of several words', () => {
    expect(expandTerm('@knee + @pain', sets, 'en').terms).toEqual([
      'knee|kneecap pain',
      'pain knee|kneecap',
      'knee|kneecap killing me',
      'killing me knee|kneecap',
    ])
  })
  it('name a set that is not there', () => {
    expect(expandTerm('@elbow + @pain', sets, 'es')).toEqual({ terms: [], unknown: ['@elbow'] })
  })
})
