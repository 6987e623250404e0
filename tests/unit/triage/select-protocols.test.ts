import { describe, expect, it } from 'vitest'
import type { FindingStatus } from '#contracts/clinical/finding.ts'
import { selectProtocols } from '#domain/triage/select-protocols.ts'
import { factsOf, protocol } from './fixture.ts'

const both = (text: string) => ({ en: text, es: text })
const flags = (level: string, ...codes: string[]) => codes.map((c) => ({ id: c, level, when: c, reason: both(c), cite: 'g#a' }))

const protocols = [
  protocol('general', { entry: ['unwell', 'ache'] }),
  protocol('chest', { entry: ['tight-chest'] }),
  protocol('dizziness', { entry: ['dizzy'], redFlags: flags('emergency', 'fell', 'speech') }),
  protocol('fever-adult', { entry: ['hot', 'shivers'], applies: { ageAtLeast: { value: 5, unit: 'year' } } }),
  protocol('fever-child', {
    entry: ['hot', 'shivers'],
    applies: { ageBelow: { value: 5, unit: 'year' } },
    redFlags: flags('emergency', 'limp', 'blue', 'cry'),
  }),
]
type Words = Record<string, FindingStatus>
const ids = (words: Words, answers: Words = {}, years: number | null = 30): string[] =>
  selectProtocols({
    protocols,
    facts: factsOf(answers, {
      words,
      profile: { reporter: 'patient', sex: 'male', ...(years === null ? {} : { age: { value: years, unit: 'year' } }) },
    }),
  }).map((p) => p.id)

describe('protocol selection', () => {
  it.each<[string, Words, string[]]>([
    ['nothing understood', {}, ['general']],
    ['only what the fallback lists', { unwell: 'present' }, ['general']],
    ['a denied symptom', { dizzy: 'absent' }, ['general']],
    ['an unsure symptom', { dizzy: 'unknown' }, ['general']],
    ['one symptom', { dizzy: 'present' }, ['dizziness']],
    ['one symptom and something unspecific', { dizzy: 'present', unwell: 'present' }, ['dizziness']],
    [
      'an always-escalate symptom comes first',
      { dizzy: 'present', hot: 'present', shivers: 'present', 'tight-chest': 'present' },
      ['chest', 'dizziness', 'fever-adult'],
    ],
    [
      'a red flag that already holds comes before all',
      { 'tight-chest': 'present', dizzy: 'present', fell: 'present' },
      ['dizziness', 'chest'],
    ],
    ['a red flag without an entry finding', { speech: 'present' }, ['dizziness']],
  ])('%s', (_, words, expected) => {
    expect(ids(words)).toEqual(expected)
  })

  it('separates by age, and takes both when the age is unknown', () => {
    expect(ids({ hot: 'present' }, {}, 30)).toEqual(['fever-adult'])
    expect(ids({ hot: 'present' }, {}, 3)).toEqual(['fever-child'])
    expect(ids({ hot: 'present' }, {}, null)).toEqual(['fever-child', 'fever-adult'])
  })

  it('goes by the patient’s words, not by later answers', () => {
    expect(ids({ dizzy: 'present' }, { hot: 'present' })).toEqual(['dizziness'])
  })

  it('takes at most three', () => {
    const many = [1, 2, 3, 4, 5].map((n) => protocol(`p${n}`, { entry: ['ache'] }))
    expect(selectProtocols({ protocols: many, facts: factsOf({}, { words: { ache: 'present' } }) }).map((p) => p.id)).toEqual([
      'p1',
      'p2',
      'p3',
    ])
  })
})
