import { describe, expect, it } from 'vitest'
import type { Floor } from '#contracts/clinical/floor.ts'
import type { TriageLevel } from '#contracts/clinical/triage-level.ts'
import { ACUITY_ID, withAcuity } from '#domain/acuity/judge.ts'
import { withStoryComplaint } from '#domain/acuity/name-complaint.ts'
import type { Story } from '#domain/understanding/types.ts'

const floor = (level: TriageLevel, kind: Floor['fired'][number]['kind'] = 'red-flag'): Floor => ({
  level,
  fired: [{ protocolId: 'p', ruleId: 'r', kind, level, reason: { en: 'a', es: 'b' }, because: [] }],
  open: [],
  byProtocol: [],
})
const story = (level: Story['level'], complaints: Story['complaints'] = []): Story => ({ encoder: 'tiny@1', level, complaints })
const calm = story({ emergency: 0, high: 0.01, medium: 0.04, low: 0.95 })
const grave = story({ emergency: 0.9, high: 0.08, medium: 0.01, low: 0.01 })

describe('the learnt safety net', () => {
  it('raises, and says who did', () => {
    const raised = withAcuity(floor('low', 'level'), grave, 'one-shot')
    expect(raised.level).toBe('emergency')
    expect(raised.fired[0]).toMatchObject({ protocolId: ACUITY_ID, kind: 'learnt', level: 'emergency' })
    expect(raised.fired).toHaveLength(2)
  })
  it.each(['emergency', 'high', 'medium'] as const)('never lowers %s that a rule decided', (level) => {
    for (const mode of ['one-shot', 'interview'] as const) expect(withAcuity(floor(level), calm, mode)).toEqual(floor(level))
  })
  it('chooses low only where no rule decided', () => {
    expect(withAcuity(floor('medium', 'default'), calm, 'one-shot').level).toBe('low')
    expect(withAcuity(floor('medium', 'modifier'), calm, 'one-shot').level).toBe('medium')
  })
  it('does not choose low where nothing was understood', () => {
    expect(withAcuity(floor('medium', 'default'), calm, 'one-shot', false).level).toBe('medium')
  })
  it('leaves the floor alone without a story', () => {
    expect(withAcuity(floor('high'), null, 'interview')).toEqual(floor('high'))
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
