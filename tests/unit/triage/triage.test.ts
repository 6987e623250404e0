import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FindingStatus } from '#contracts/clinical/finding.ts'
import type { Floor } from '#contracts/clinical/floor.ts'
import { Floor as FloorSchema } from '#contracts/clinical/floor.ts'
import type { TriageLevel } from '#contracts/clinical/triage-level.ts'
import { compareLevels } from '#domain/shared/level.ts'
import { emergencyRule, firstRedFlag, type TriageMode, triage } from '#domain/triage/triage.ts'
import { factsOf, protocol, vitals } from './fixture.ts'

type Told = Record<string, FindingStatus>
const p = protocol('aches')
const both = (text: string) => ({ en: text, es: text })
const compound = protocol('compound', {
  redFlags: [
    { id: 'pair', level: 'emergency', when: { all: ['ache', 'numb', 'weak'] }, reason: both('Pair'), cite: 'g#a' },
    {
      id: 'soon',
      level: 'high',
      when: { any: ['weak', { measure: 'temperature_c', gte: 40 }] },
      reason: both('Soon'),
      cite: 'g#a',
    },
  ],
})

const run = (told: Told, mode: TriageMode = 'interview', protocols = [p], more: Parameters<typeof factsOf>[1] = {}): Floor =>
  triage({ protocols, facts: factsOf(told, more), mode, vitals })
const fired = (floor: Floor): string[] => floor.fired.map((r) => `${r.protocolId}/${r.ruleId}:${r.kind}:${r.level}`)

describe('a routine rule', () => {
  const rule = { id: 'lasting', level: 'medium', when: 'ache', reason: both('Lasting'), cite: 'g#a', routine: true }
  const lasting = (more: Record<string, unknown> = {}) => protocol('lasting', { levels: [rule], ...more })
  const kinds = (protocols: ReturnType<typeof lasting>[]): string[] =>
    fired(run({ danger: 'absent', ache: 'present' }, 'interview', protocols))
  it('says that it is order of service', () => {
    expect(kinds([lasting()])).toEqual(['lasting/lasting:routine:medium'])
  })
  it('is a level rule like any other where the complaint is never below that level', () => {
    expect(kinds([lasting({ leastLevel: 'medium' })])).toEqual(['lasting/lasting:level:medium'])
  })
  it('cannot be anything but medium', () => {
    expect(() => lasting({ levels: [{ ...rule, level: 'high' }] })).toThrow('only a medium rule can be routine')
  })
})

describe('triage', () => {
  it.each<[string, Told, TriageMode, TriageLevel, string[]]>([
    ['a red flag', { danger: 'present' }, 'interview', 'emergency', ['aches/danger:red-flag:emergency']],
    ['an open red flag', {}, 'interview', 'high', ['aches/danger:open-red-flag:high']],
    ['an open red flag nobody could ask about', {}, 'one-shot', 'medium', ['aches/default:default:medium']],
    ['nothing that decides', { danger: 'absent' }, 'interview', 'medium', ['aches/default:default:medium']],
    ['a mild rule', { danger: 'absent', mild: 'present' }, 'interview', 'low', ['aches/mild:level:low']],
    ['a mild rule that nothing speaks against', { mild: 'present' }, 'one-shot', 'low', ['aches/mild:level:low']],
    [
      'a mild rule asked about and not certain',
      { mild: 'unknown', danger: 'absent' },
      'interview',
      'medium',
      ['aches/default:default:medium'],
    ],
    [
      'a mild and a bad rule',
      { danger: 'absent', mild: 'present', bad: 'present' },
      'interview',
      'high',
      ['aches/bad:level:high', 'aches/mild:level:low'],
    ],
    [
      'a mild rule beside an always-escalate finding',
      { danger: 'absent', mild: 'present', 'tight-chest': 'present' },
      'interview',
      'high',
      ['universal/always-chest-pain:level:high', 'aches/mild:level:low'],
    ],
  ])('%s', (_, told, mode, level, rules) => {
    const floor = run(told, mode)
    expect(floor.level).toBe(level)
    expect(fired(floor)).toEqual(rules)
  })

  it('raises by modifiers', () => {
    const old = { profile: { reporter: 'patient', sex: 'male', age: { value: 80, unit: 'year' } } } as const
    const floor = run({ danger: 'absent', mild: 'present' }, 'interview', [p], old)
    expect(fired(floor)).toEqual(['aches/old:modifier:high', 'aches/mild:level:low'])
  })

  it('says what an emergency rests on, with its passage', () => {
    const floor = run({ danger: 'present', bad: 'present' })
    expect(firstRedFlag(floor)).toEqual({
      protocolId: 'aches',
      ruleId: 'danger',
      kind: 'red-flag',
      level: 'emergency',
      reason: both('Danger'),
      cite: 'g#a',
      because: ['danger'],
    })
    expect(emergencyRule(floor)?.ruleId).toBe('danger')
    expect(emergencyRule(run({ bad: 'present' }))).toBeNull()
    expect(firstRedFlag(run({ bad: 'present' }))).toBeNull()
  })

  it('lists what an open red flag still needs', () => {
    const floor = run({ ache: 'present', numb: 'present' }, 'interview', [compound])
    expect(floor.open.map((o) => [o.ruleId, o.level, o.missing])).toEqual([
      ['pair', 'emergency', ['weak']],
      ['soon', 'high', ['weak', 'temperature_c']],
    ])
    expect(floor.fired.find((r) => r.ruleId === 'pair')?.because).toEqual(['ache', 'numb'])
  })

  it('lifts a partly met red flag even when nobody can be asked, but not for the entry finding alone', () => {
    expect(run({ ache: 'present', numb: 'present' }, 'one-shot', [compound]).level).toBe('high')
    expect(run({ ache: 'present' }, 'one-shot', [compound]).level).toBe('medium')
    expect(run({ ache: 'present' }, 'one-shot', [compound]).open).toHaveLength(2)
  })

  it('does not lift for a vital sign nobody was asked for, and does once a question asks it', () => {
    const told: Told = { ache: 'present', numb: 'absent', weak: 'absent', mild: 'present', danger: 'absent' }
    const floor = run(told, 'interview', [compound])
    expect(floor.level).toBe('low')
    expect(floor.open.map((o) => o.missing)).toEqual([['temperature_c']])
    const asking = {
      ...compound,
      questions: [
        ...compound.questions,
        { id: 'q-t', kind: 'measure' as const, measure: 'temperature_c' as const, min: 30, max: 45, text: both('T?') },
      ],
    }
    expect(run(told, 'interview', [asking]).level).toBe('high')
  })

  it('takes the most urgent of several protocols and lists each', () => {
    const other = protocol('other', { redFlags: [{ id: 'flag', level: 'high', when: 'bad', reason: both('Bad'), cite: 'g#a' }] })
    const floor = run({ danger: 'absent', mild: 'present', bad: 'absent' }, 'interview', [p, other])
    expect(floor.byProtocol).toEqual([
      { protocolId: 'aches', level: 'low' },
      { protocolId: 'other', level: 'low' },
    ])
    expect(run({ danger: 'present', bad: 'absent' }, 'interview', [other, p]).level).toBe('emergency')
    expect(fired(run({ danger: 'present', bad: 'present' }, 'interview', [other, p]))[0]).toBe('aches/danger:red-flag:emergency')
  })

  it('treats a value that passes an age-bound limit as open when the age is unknown', () => {
    const noAge = { profile: { reporter: 'patient', sex: 'male' }, measures: { temperature_c: 38.5 } } as const
    const floor = run({ danger: 'absent', mild: 'present' }, 'one-shot', [{ ...p, modifiers: [] }], noAge)
    expect(fired(floor)).toEqual(['vitals/baby-fever:open-red-flag:high', 'aches/mild:level:low'])
    expect(floor.open.map((o) => [o.protocolId, o.ruleId, o.missing])).toEqual([['vitals', 'baby-fever', ['age']]])
  })

  it('is medium when no protocol could be chosen', () => {
    expect(run({}, 'interview', [])).toMatchObject({ level: 'medium', byProtocol: [] })
    expect(run({ 'tight-chest': 'present' }, 'interview', []).level).toBe('high')
  })

  const status = fc.constantFrom<FindingStatus>('present', 'absent', 'unknown')
  const told = fc.record({
    danger: status,
    mild: status,
    bad: status,
    'so-so': status,
    ache: status,
    numb: status,
    weak: status,
    'tight-chest': status,
  })
  const mode = fc.constantFrom<TriageMode>('interview', 'one-shot')

  it('holds its promises for any findings', () => {
    fc.assert(
      fc.property(told, mode, (t, m) => {
        const floor = run(t, m, [p, compound])
        expect(FloorSchema.safeParse(floor).success).toBe(true)
        const ranks = floor.fired.map((r) => r.level)
        for (let i = 1; i < ranks.length; i++)
          expect(compareLevels(ranks[i - 1] ?? 'low', ranks[i] ?? 'low')).toBeGreaterThanOrEqual(0)
        expect(floor.level).toBe(floor.fired[0]?.level)
        for (const b of floor.byProtocol) expect(compareLevels(floor.level, b.level)).toBeGreaterThanOrEqual(0)
        if (t.danger === 'present') expect(floor.level).toBe('emergency')
        if (t['tight-chest'] === 'present') expect(compareLevels(floor.level, 'high')).toBeGreaterThanOrEqual(0)
        if (m === 'interview' && t.danger === 'unknown') expect(compareLevels(floor.level, 'high')).toBeGreaterThanOrEqual(0)
        if (floor.level === 'low') expect(t.mild).toBe('present')
      }),
      { numRuns: 1000 },
    )
  })

  it('never lowers by one more present red-flag finding, nor by a second protocol', () => {
    fc.assert(
      fc.property(told, mode, fc.constantFrom('danger', 'bad', 'numb', 'weak', 'tight-chest'), (t, m, code) => {
        const before = run({ ...t, [code]: 'absent' }, m, [p, compound]).level
        expect(compareLevels(run({ ...t, [code]: 'present' }, m, [p, compound]).level, before)).toBeGreaterThanOrEqual(0)
        expect(compareLevels(run(t, m, [p, compound]).level, run(t, m, [p]).level)).toBeGreaterThanOrEqual(0)
        expect(
          compareLevels(run(t, 'interview', [p, compound]).level, run(t, 'one-shot', [p, compound]).level),
        ).toBeGreaterThanOrEqual(0)
      }),
      { numRuns: 1000 },
    )
  })
})
