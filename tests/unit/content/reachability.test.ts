import { describe, expect, it } from 'vitest'
import type { Condition } from '#contracts/content/condition.ts'
import type { LexiconEntry } from '#contracts/content/lexicon.ts'
import type { Protocol } from '#contracts/content/protocol.ts'
import { checkReachable, unusedCodes } from '../../../scripts/content/checks/reachability.ts'
import { protocol } from '../triage/fixture.ts'

const both = (text: string) => ({ en: text, es: text })
const entry = (code: string, implies: string[] = []): LexiconEntry => ({
  code,
  label: both(code),
  kind: 'symptom',
  terms: { en: [code], es: [code] },
  implies,
})
const lexicon = [entry('ache'), entry('danger'), entry('mild'), entry('sharp-ache', ['ache'])]
const byCode = new Map(lexicon.map((e) => [e.code, e]))
const problems = (p: Protocol): string[] => {
  const out: string[] = []
  checkReachable(p, byCode, (path, message, severity = 'error') => {
    if (severity === 'error') out.push(`${path.join('.')}: ${message}`)
  })
  return out
}
const year = (value: number) => ({ value, unit: 'year' as const })
const withRule = (when: Condition, more: Partial<Protocol> = {}): Protocol =>
  protocol('aches', {
    ...more,
    levels: [
      { id: 'first', level: 'high', when, reason: both('x') },
      { id: 'second', level: 'medium', when: { ageAtLeast: year(1) }, reason: both('x') },
    ],
    modifiers: [],
    redFlags: [{ id: 'flag', level: 'high', when: { sex: 'male' }, reason: both('x'), cite: 'g#a' }],
    considerations: [{ id: 'think', text: both('possible'), cite: 'g#a' }],
  })

describe('dead rules', () => {
  it.each<[string, Condition]>([
    ['a finding present and absent', { all: ['ache', { absent: 'ache' }] }],
    ['what a present finding implies denied', { all: ['sharp-ache', { absent: 'ache' }] }],
    ['an age below and above', { all: [{ ageBelow: year(5) }, { ageAtLeast: year(12) }] }],
    ['both sexes', { all: [{ sex: 'female' }, { not: { not: { sex: 'male' } } }] }],
    [
      'a measure over and under',
      {
        all: [
          { measure: 'pain_score', gte: 8 },
          { measure: 'pain_score', lt: 4 },
        ],
      },
    ],
    ['every way of a choice contradicted', { all: [{ any: ['ache', 'mild'] }, { absent: 'ache' }, { not: 'mild' }] }],
    ['more of a list than can hold', { all: [{ atLeast: 2, of: ['ache', 'mild'] }, { absent: 'mild' }] }],
  ])('are found: %s', (_, when) => {
    expect(problems(withRule(when, { applies: { any: ['ache', 'mild', 'danger'] } }))).toContain(
      'levels.0.when: can never be true',
    )
  })
  it('are found where the complaint itself is denied', () => {
    expect(problems(withRule({ absent: 'ache' }, { applies: 'ache' }))).toContain('levels.0.when: can never be true')
  })
  it('are not invented', () => {
    for (const when of ['ache', { all: ['ache', { absent: 'danger' }] }, { not: { all: ['ache', 'danger'] } }] as Condition[])
      expect(problems(withRule(when, { applies: 'ache' })).filter((m) => m.startsWith('levels'))).toEqual([])
  })
})

describe('questions', () => {
  const asked = (more: Partial<Protocol>): string[] => problems(withRule('danger', more)).filter((m) => m.startsWith('questions'))
  it('that no rule reads, and that nobody can be asked, are found', () => {
    expect(asked({ questions: [{ id: 'ask', kind: 'yes-no', finding: 'mild', text: both('?') }] })).toEqual([
      'questions.0: no rule of this protocol reads the answer',
    ])
    const when: Condition = { all: [{ ageBelow: year(2) }, { ageAtLeast: year(9) }] }
    expect(asked({ questions: [{ id: 'ask', kind: 'yes-no', finding: 'danger', when, text: both('?') }] })).toEqual([
      'questions.0.when: nobody can ever be asked this',
    ])
  })
})

describe('findings', () => {
  it('that no protocol uses are found', () => {
    const p = withRule('danger', {
      entry: ['ache'],
      questions: [{ id: 'ask', kind: 'yes-no', finding: 'danger', text: both('?') }],
    })
    expect(unusedCodes([p], lexicon)).toContain('mild')
    expect(unusedCodes([p], lexicon)).not.toContain('sharp-ache')
  })
})
