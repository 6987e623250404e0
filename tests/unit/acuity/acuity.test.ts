import { describe, expect, it } from 'vitest'
import type { Floor } from '#contracts/clinical/floor.ts'
import type { TriageLevel } from '#contracts/clinical/triage-level.ts'
import { ACUITY_ID, judge, withAcuity } from '#domain/acuity/judge.ts'
import { withStoryComplaint } from '#domain/acuity/name-complaint.ts'
import type { Story } from '#domain/understanding/types.ts'
import { factsOf, vitals } from '../triage/fixture.ts'

const floor = (level: TriageLevel, kind: Floor['fired'][number]['kind'] = 'red-flag'): Floor => ({
  level,
  fired: [{ protocolId: 'p', ruleId: 'r', kind, level, reason: { en: 'a', es: 'b' }, because: [] }],
  open: [],
  byProtocol: [],
})
const story = (level: Story['level'], complaints: Story['complaints'] = []): Story => ({
  encoder: 'tiny@1',
  words: 9,
  level,
  complaints,
})
const calm = story({ emergency: 0, high: 0.01, medium: 0.04, low: 0.95 })
const almost = story({ emergency: 0, high: 0.05, medium: 0.2, low: 0.75 })
const grave = story({ emergency: 0.9, high: 0.08, medium: 0.01, low: 0.01 })

describe('the learnt safety net', () => {
  it('raises, and says who did', () => {
    const raised = withAcuity(floor('low', 'level'), grave, 'whole')
    expect(raised.level).toBe('emergency')
    expect(raised.fired[0]).toMatchObject({ protocolId: ACUITY_ID, kind: 'learnt', level: 'emergency' })
    expect(raised.fired).toHaveLength(2)
  })
  it.each(['emergency', 'high', 'medium'] as const)('never lowers %s that a rule decided', (level) => {
    for (const extent of ['whole', 'first-words'] as const) expect(withAcuity(floor(level), calm, extent)).toEqual(floor(level))
  })
  it('chooses low where no rule decided', () => {
    expect(withAcuity(floor('medium', 'default'), calm, 'first-words').level).toBe('low')
    expect(withAcuity(floor('medium', 'default'), almost, 'whole').level).toBe('low')
  })
  it('chooses low for a routine appointment only when it is sure and the whole was read', () => {
    expect(withAcuity(floor('medium', 'routine'), calm, 'whole').level).toBe('low')
    expect(withAcuity(floor('medium', 'routine'), calm, 'asked').level).toBe('medium')
    expect(withAcuity(floor('medium', 'routine'), calm, 'first-words').level).toBe('medium')
    expect(withAcuity(floor('medium', 'routine'), almost, 'whole').level).toBe('medium')
  })
  it.each(['level', 'modifier', 'vitals', 'red-flag', 'open-red-flag'] as const)('leaves a %s at medium as it is', (kind) => {
    expect(withAcuity(floor('medium', kind), calm, 'whole').level).toBe('medium')
  })
  it('calls staff on the first words only when it is very sure', () => {
    const likely = story({ emergency: 0.5, high: 0.3, medium: 0.1, low: 0.1 })
    expect(withAcuity(floor('medium'), likely, 'first-words').level).toBe('high')
    for (const extent of ['asked', 'whole'] as const) expect(withAcuity(floor('medium'), likely, extent).level).toBe('emergency')
  })
  it('does not choose low where nothing was understood', () => {
    expect(withAcuity(floor('medium', 'default'), calm, 'whole', false).level).toBe('medium')
  })
  it('takes a complaint that it names for understood, but not from a word or two', () => {
    const level = (words: number): TriageLevel => {
      const letter = { ...story(calm.level, [{ icpc2: 'A62', probability: 0.9 }]), words }
      return judge({ protocols: [], facts: factsOf(), mode: 'one-shot', vitals }, letter, 'whole').level
    }
    expect([level(2), level(5)]).toEqual(['medium', 'low'])
  })
  it('leaves the floor alone without a story', () => {
    expect(withAcuity(floor('high'), null, 'first-words')).toEqual(floor('high'))
  })
})

describe('the reason for encounter', () => {
  const named = [
    { icpc2: 'R21', protocolId: 'sore-throat' },
    { icpc2: 'R05', protocolId: 'cough-cold' },
  ]
  const of = (...complaints: [string, number][]): Story =>
    story(
      calm.level,
      complaints.map(([icpc2, probability]) => ({ icpc2, probability })),
    )
  it('is the likeliest code; the protocols stay', () => {
    expect(withStoryComplaint(named, of(['R80', 0.9], ['R21', 0.1]))).toEqual([
      { icpc2: 'R80', protocolId: 'sore-throat' },
      named[1],
    ])
  })
  it('prefers a code that the rules name as well', () => {
    expect(withStoryComplaint(named, of(['R80', 0.5], ['R21', 0.4]))[0]?.icpc2).toBe('R21')
  })
  it('stays without a story', () => {
    expect(withStoryComplaint(named, null)).toEqual(named)
  })
})
