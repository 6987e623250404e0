import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FindingStatus } from '#contracts/clinical/finding.ts'
import type { Age, Profile } from '#contracts/clinical/profile.ts'
import type { Condition } from '#contracts/content/condition.ts'
import { evaluateCondition, type Truth } from '#domain/triage/evaluate-condition.ts'
import { adult, factsOf } from './fixture.ts'

const codes = ['aa', 'bb', 'cc', 'dd'] as const
const status = fc.constantFrom<FindingStatus>('present', 'absent', 'unknown')
const statuses = fc.record({ aa: status, bb: status, cc: status, dd: status })
const measures = fc.record({ temperature_c: fc.double({ min: 34, max: 42, noNaN: true }) }, { requiredKeys: [] })
const age = fc.record({ value: fc.nat(110), unit: fc.constantFrom<Age['unit']>('year', 'month', 'week', 'day') })
const profile: fc.Arbitrary<Profile> = fc.record(
  {
    reporter: fc.constant('patient' as const),
    age,
    sex: fc.constantFrom('female' as const, 'male' as const, 'unknown' as const),
  },
  { requiredKeys: ['reporter', 'sex'] },
)
const facts = fc
  .tuple(statuses, measures, profile)
  .map(([told, taken, who]) => factsOf(told, { measures: taken as Record<string, number>, profile: who }))

const { condition } = fc.letrec<{ condition: Condition; leaf: Condition }>((tie) => ({
  leaf: fc.oneof(
    fc.constantFrom<Condition>(...codes),
    fc.constantFrom(...codes).map((absent) => ({ absent })),
    fc.double({ min: 35, max: 41, noNaN: true }).map((gte) => ({ measure: 'temperature_c' as const, gte })),
    age.map((ageBelow) => ({ ageBelow })),
    age.map((ageAtLeast) => ({ ageAtLeast })),
    fc.constantFrom<Condition>({ sex: 'female' }, { sex: 'male' }),
  ),
  condition: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    tie('leaf'),
    fc.array(tie('condition'), { minLength: 1, maxLength: 4 }).map((all) => ({ all })),
    fc.array(tie('condition'), { minLength: 1, maxLength: 4 }).map((any) => ({ any })),
    tie('condition').map((not) => ({ not })),
    fc
      .tuple(fc.integer({ min: 1, max: 4 }), fc.array(tie('condition'), { minLength: 1, maxLength: 4 }))
      .map(([atLeast, of]) => ({ atLeast, of })),
  ),
}))

const flip: Record<Truth, Truth> = { true: 'false', false: 'true', unknown: 'unknown' }

describe('three-valued conditions', () => {
  it.each<[Condition, FindingStatus, Truth]>([
    ['aa', 'present', 'true'],
    ['aa', 'absent', 'false'],
    ['aa', 'unknown', 'unknown'],
    [{ absent: 'aa' }, 'present', 'false'],
    [{ absent: 'aa' }, 'absent', 'true'],
    [{ absent: 'aa' }, 'unknown', 'unknown'],
    [{ not: 'aa' }, 'unknown', 'unknown'],
    [{ all: ['aa', 'bb'] }, 'present', 'unknown'],
    [{ all: ['aa', 'bb'] }, 'absent', 'false'],
    [{ any: ['aa', 'bb'] }, 'present', 'true'],
    [{ any: ['aa', 'bb'] }, 'absent', 'unknown'],
    [{ atLeast: 2, of: ['aa', 'bb', 'cc'] }, 'present', 'unknown'],
    [{ atLeast: 3, of: ['aa', 'bb', 'cc'] }, 'absent', 'false'],
  ])('%j with aa %s is %s', (c, told, expected) => {
    expect(evaluateCondition(c, factsOf({ aa: told })).value).toBe(expected)
  })

  it.each<[Age | undefined, Condition, Truth]>([
    [undefined, { ageBelow: { value: 3, unit: 'month' } }, 'unknown'],
    [{ value: 2, unit: 'month' }, { ageBelow: { value: 3, unit: 'month' } }, 'true'],
    [{ value: 3, unit: 'month' }, { ageBelow: { value: 3, unit: 'month' } }, 'false'],
    [{ value: 0, unit: 'year' }, { ageBelow: { value: 3, unit: 'month' } }, 'unknown'],
    [{ value: 12, unit: 'week' }, { ageBelow: { value: 3, unit: 'month' } }, 'true'],
    [{ value: 2, unit: 'year' }, { ageBelow: { value: 30, unit: 'month' } }, 'unknown'],
    [{ value: 24, unit: 'month' }, { ageAtLeast: { value: 2, unit: 'year' } }, 'true'],
    [{ value: 64, unit: 'year' }, { ageAtLeast: { value: 65, unit: 'year' } }, 'false'],
    [{ value: 65, unit: 'year' }, { ageAtLeast: { value: 65, unit: 'year' } }, 'true'],
    [{ value: 2.5, unit: 'year' }, { ageBelow: { value: 30, unit: 'month' } }, 'false'],
  ])('age %j against %j is %s', (value, c, expected) => {
    const who: Profile = { reporter: 'patient', sex: 'male', ...(value ? { age: value } : {}) }
    expect(evaluateCondition(c, factsOf({}, { profile: who })).value).toBe(expected)
  })

  it('compares measures with the bounds as written', () => {
    const at = (value: number, c: Condition): Truth => evaluateCondition(c, factsOf({}, { measures: { spo2: value } })).value
    expect(at(92, { measure: 'spo2', lt: 92 })).toBe('false')
    expect(at(91, { measure: 'spo2', lt: 92 })).toBe('true')
    expect(at(92, { measure: 'spo2', lte: 92 })).toBe('true')
    expect(at(94, { measure: 'spo2', gt: 92, lt: 94 })).toBe('false')
    expect(at(92, { measure: 'spo2', gt: 92 })).toBe('false')
    expect(at(92, { measure: 'spo2', gte: 92 })).toBe('true')
    expect(evaluateCondition({ measure: 'systolic', gt: 1 }, factsOf())).toEqual({
      value: 'unknown',
      because: [],
      missing: ['systolic'],
    })
  })

  it('names what it rests on and what is missing', () => {
    const told = factsOf({ aa: 'present', bb: 'absent' })
    expect(evaluateCondition({ any: ['aa', 'bb', 'cc'] }, told)).toEqual({ value: 'true', because: ['aa'], missing: [] })
    expect(evaluateCondition({ all: ['aa', { any: ['cc', 'dd'] }] }, told)).toEqual({
      value: 'unknown',
      because: [],
      missing: ['cc', 'dd'],
    })
    expect(evaluateCondition({ all: ['aa', 'bb', 'cc'] }, told)).toEqual({ value: 'false', because: ['bb'], missing: [] })
    expect(evaluateCondition({ all: [{ sex: 'female' }, { ageAtLeast: { value: 40, unit: 'year' } }] }, told).because).toEqual([
      'sex',
      'age',
    ])
  })

  it('never flips when something unknown becomes known', () => {
    fc.assert(
      fc.property(condition, facts, statuses, profile, (c, before, later, who) => {
        const value = evaluateCondition(c, before).value
        const findings = new Map(before.findings)
        for (const code of codes) if ((findings.get(code) ?? 'unknown') === 'unknown') findings.set(code, later[code])
        const after = {
          ...before,
          findings,
          measures: before.measures.size > 0 ? before.measures : new Map([['temperature_c', 38.5] as const]),
          age: before.age ?? who.age,
          sex: before.sex === 'unknown' ? who.sex : before.sex,
        }
        if (value !== 'unknown') expect(evaluateCondition(c, after).value).toBe(value)
      }),
      { numRuns: 500 },
    )
  })

  it('is decided once all that was missing is known, and only then names causes', () => {
    fc.assert(
      fc.property(condition, facts, (c, told) => {
        const { value, because, missing } = evaluateCondition(c, told)
        expect(missing.length > 0).toBe(value === 'unknown')
        if (value === 'unknown') expect(because).toEqual([])
        for (const name of missing.filter((m) => (codes as readonly string[]).includes(m))) {
          expect(told.findings.get(name) ?? 'unknown').toBe('unknown')
        }
      }),
    )
  })

  it('follows De Morgan', () => {
    fc.assert(
      fc.property(fc.array(condition, { minLength: 1, maxLength: 4 }), facts, (parts, told) => {
        const notAll = evaluateCondition({ not: { all: parts } }, told).value
        expect(evaluateCondition({ any: parts.map((not) => ({ not })) }, told).value).toBe(notAll)
        expect(flip[notAll]).toBe(evaluateCondition({ all: parts }, told).value)
      }),
    )
  })

  it('reads "at least" as any for one and as all for every part, and never gains by asking for more', () => {
    fc.assert(
      fc.property(fc.array(condition, { minLength: 1, maxLength: 4 }), facts, (of, told) => {
        const at = (n: number): Truth => evaluateCondition({ atLeast: n, of }, told).value
        expect(at(1)).toBe(evaluateCondition({ any: of }, told).value)
        expect(at(of.length)).toBe(evaluateCondition({ all: of }, told).value)
        expect(at(of.length + 1)).toBe('false')
        const order: Truth[] = ['false', 'unknown', 'true']
        for (let n = 1; n < of.length; n++) expect(order.indexOf(at(n + 1))).toBeLessThanOrEqual(order.indexOf(at(n)))
      }),
    )
  })

  it('treats the adult of the fixture as an adult', () => {
    expect(evaluateCondition({ ageAtLeast: { value: 18, unit: 'year' } }, factsOf({}, { profile: adult })).value).toBe('true')
  })
})
