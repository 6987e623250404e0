import { describe, expect, it } from 'vitest'
import type { Finding, FindingSource, FindingStatus } from '#contracts/clinical/finding.ts'
import { makeFacts, statusOf } from '#domain/triage/facts.ts'
import { adult, factsOf, lexicon } from './fixture.ts'

type Told = [FindingSource, FindingStatus]

describe('facts', () => {
  it.each<[Told[], FindingStatus, boolean]>([
    [[], 'unknown', false],
    [[['narrative', 'absent']], 'absent', false],
    [
      [
        ['narrative', 'absent'],
        ['answer', 'present'],
      ],
      'present',
      false,
    ],
    [
      [
        ['narrative', 'absent'],
        ['answer', 'unknown'],
      ],
      'unknown',
      false,
    ],
    [
      [
        ['narrative', 'unknown'],
        ['answer', 'absent'],
      ],
      'absent',
      false,
    ],
    [
      [
        ['narrative', 'present'],
        ['answer', 'absent'],
      ],
      'present',
      true,
    ],
    [
      [
        ['narrative', 'present'],
        ['answer', 'unknown'],
      ],
      'present',
      false,
    ],
    [
      [
        ['narrative', 'present'],
        ['narrative', 'absent'],
      ],
      'present',
      false,
    ],
    [
      [
        ['narrative', 'absent'],
        ['narrative', 'unknown'],
      ],
      'unknown',
      false,
    ],
    [
      [
        ['answer', 'absent'],
        ['answer', 'unknown'],
      ],
      'absent',
      false,
    ],
    [
      [
        ['answer', 'absent'],
        ['history', 'present'],
      ],
      'present',
      false,
    ],
    [
      [
        ['answer', 'present'],
        ['staff', 'absent'],
      ],
      'absent',
      false,
    ],
    [
      [
        ['model', 'present'],
        ['answer', 'absent'],
      ],
      'present',
      true,
    ],
  ])('%j is %s (conflict %s)', (told, expected, conflict) => {
    const findings = told.map(([source, status]): Finding => ({ code: 'dizzy', status, source }))
    const facts = makeFacts({ findings, measures: [], profile: adult, lexicon })
    expect(statusOf(facts, 'dizzy')).toBe(expected)
    expect(facts.conflicts.has('dizzy')).toBe(conflict)
  })

  it('closes over what a finding implies, and never backwards', () => {
    const facts = factsOf({ crushing: 'present' })
    expect([...facts.findings]).toEqual([
      ['crushing', 'present'],
      ['squeeze', 'present'],
      ['ache', 'present'],
    ])
    expect(statusOf(factsOf({ ache: 'present' }), 'crushing')).toBe('unknown')
    expect(statusOf(factsOf({ crushing: 'absent' }), 'ache')).toBe('unknown')
    expect(statusOf(factsOf({ ache: 'absent' }), 'crushing')).toBe('unknown')
  })

  it('lets an implied finding win over a denied one, and says so', () => {
    const facts = factsOf({ crushing: 'present', ache: 'absent' })
    expect(statusOf(facts, 'ache')).toBe('present')
    expect([...facts.conflicts]).toEqual(['ache'])
  })

  it('keeps apart what was said from what was answered', () => {
    const facts = factsOf({ dizzy: 'present' }, { words: { squeeze: 'present', crushing: 'absent' } })
    expect([...facts.mentioned].sort()).toEqual(['ache', 'squeeze'])
  })

  it('knows which present findings always escalate', () => {
    expect([...factsOf({ 'tight-chest': 'present' }).escalating]).toEqual([['tight-chest', 'chest-pain']])
    expect([...factsOf({ 'tight-chest': 'unknown' }).escalating]).toEqual([])
  })

  it('survives circular implications', () => {
    const circular = lexicon.map((e) => (e.code === 'ache' ? { ...e, implies: ['crushing'] } : e))
    const facts = makeFacts({
      findings: [{ code: 'squeeze', status: 'present', source: 'answer' }],
      measures: [],
      profile: adult,
      lexicon: circular,
    })
    expect([...facts.findings.keys()].sort()).toEqual(['ache', 'crushing', 'squeeze'])
  })

  it('prefers measured values over told ones whatever the order', () => {
    const facts = makeFacts({
      findings: [],
      measures: [
        { name: 'temperature_c', value: 38.9, source: 'vitals' },
        { name: 'temperature_c', value: 37, source: 'narrative' },
        { name: 'pain_score', value: 3, source: 'answer' },
        { name: 'pain_score', value: 8, source: 'answer' },
      ],
      profile: adult,
      lexicon,
    })
    expect([...facts.measures]).toEqual([
      ['temperature_c', 38.9],
      ['pain_score', 8],
    ])
  })
})
