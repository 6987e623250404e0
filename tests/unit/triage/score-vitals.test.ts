import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { MeasureName } from '#contracts/clinical/finding.ts'
import type { Age, Profile } from '#contracts/clinical/profile.ts'
import { compareLevels, mostUrgent } from '#domain/shared/level.ts'
import { scoreVitals } from '#domain/triage/score-vitals.ts'
import { factsOf, vitals } from './fixture.ts'

type Taken = Partial<Record<MeasureName, number>>
const who = (value?: number, unit: Age['unit'] = 'year'): Profile => ({
  reporter: 'patient',
  sex: 'male',
  ...(value === undefined ? {} : { age: { value, unit } }),
})
const score = (taken: Taken, profile = who(45), told: Parameters<typeof factsOf>[0] = {}) =>
  scoreVitals(vitals, factsOf(told, { measures: taken, profile }))
const rules = (taken: Taken, profile = who(45), told: Parameters<typeof factsOf>[0] = {}): string[] =>
  score(taken, profile, told).fired.map((r) => `${r.ruleId}:${r.level}`)

const normal: Taken = { respiratory_rate: 16, spo2: 97, systolic: 125, heart_rate: 72, temperature_c: 36.8 }

describe('vital signs', () => {
  it.each<[string, Taken, string[]]>([
    ['normal', normal, []],
    ['nothing measured', {}, []],
    ['4 points from single signs', { ...normal, heart_rate: 95, temperature_c: 38.5, spo2: 95, systolic: 105 }, []],
    ['5 points', { ...normal, heart_rate: 115, temperature_c: 39.5, spo2: 95 }, ['news2-5:high']],
    ['6 points', { ...normal, heart_rate: 115, temperature_c: 39.5, respiratory_rate: 22 }, ['news2-5:high']],
    ['7 points', { ...normal, heart_rate: 115, temperature_c: 39.5, respiratory_rate: 22, spo2: 94 }, ['news2-7:emergency']],
    ['one sign far out', { ...normal, respiratory_rate: 25 }, ['news2-single:high']],
    ['a slow pulse', { heart_rate: 40 }, ['news2-single:high']],
    ['oxygen of 91', { spo2: 91 }, ['news2-single:high', 'oxygen-very-low:emergency']],
    ['oxygen of 92', { spo2: 92 }, []],
    ['pressure 180', { systolic: 180 }, ['adult-pressure-very-high:high']],
    ['pressure 179 over 119', { systolic: 179, diastolic: 119 }, []],
    ['diastolic 120', { diastolic: 120 }, ['adult-diastolic-very-high:high']],
    ['temperature 41', { temperature_c: 41 }, ['temperature-very-high:emergency']],
  ])('of an adult: %s', (_, taken, expected) => {
    expect(rules(taken)).toEqual(expected)
  })

  it('gives the points of the published table', () => {
    // Royal College of Physicians 2017, chart 1: value at each edge and its points, seen through the thresholds:
    // a fixed 4 points of other signs makes 1 point reach 5 and 3 points reach 7.
    const base: Record<string, Taken> = {
      heart_rate: { respiratory_rate: 22, temperature_c: 39.5 },
      other: { heart_rate: 115, temperature_c: 39.5 },
      temperature_c: { heart_rate: 115, respiratory_rate: 22 },
    }
    const points = (name: MeasureName, value: number): number => {
      const out = rules({ ...(base[name] ?? base.other), [name]: value })
      if (out.includes('news2-7:emergency')) return 3
      return out.includes('news2-5:high') ? 1 : 0
    }
    const zeroEdges: [MeasureName, number[]][] = [
      ['respiratory_rate', [12, 20]],
      ['spo2', [96, 100]],
      ['systolic', [111, 179]],
      ['heart_rate', [51, 90]],
      ['temperature_c', [36.1, 38]],
    ]
    const someEdges: [MeasureName, number[]][] = [
      ['respiratory_rate', [9, 11, 21, 24]],
      ['spo2', [92, 93, 94, 95]],
      ['systolic', [91, 100, 101, 110]],
      ['heart_rate', [41, 50, 91, 110, 111, 130]],
      ['temperature_c', [35.1, 36, 38.1, 39, 39.1]],
    ]
    const threeEdges: [MeasureName, number[]][] = [
      ['respiratory_rate', [8, 25]],
      ['spo2', [91]],
      ['systolic', [90, 220]],
      ['heart_rate', [40, 131]],
      ['temperature_c', [35]],
    ]
    for (const [edges, expected] of [
      [zeroEdges, 0],
      [someEdges, 1],
      [threeEdges, 3],
    ] as const) {
      for (const [name, values] of edges)
        for (const value of values) expect([name, value, points(name, value)]).toEqual([name, value, expected])
    }
  })

  it('counts new confusion once, and only beside a measured sign', () => {
    expect(rules(normal, who(45), { confusion: 'present', 'hard-to-wake': 'present' })).toEqual(['news2-single:high'])
    expect(rules({}, who(45), { confusion: 'present' })).toEqual([])
  })

  it.each<[string, Taken, Profile, string[]]>([
    ['fever at 2 months', { temperature_c: 38 }, who(2, 'month'), ['baby-fever:emergency']],
    ['37.9 at 2 months', { temperature_c: 37.9 }, who(2, 'month'), []],
    ['39 at 4 months', { temperature_c: 39 }, who(4, 'month'), ['infant-high-fever:high']],
    ['39 at 2 years', { temperature_c: 39 }, who(2), []],
    ['oxygen 95 at 3 years', { spo2: 95 }, who(3), ['child-oxygen-low:high']],
    ['oxygen 91 at 3 years', { spo2: 91 }, who(3), ['oxygen-very-low:emergency', 'child-oxygen-low:high']],
    ['a pulse of 130 at 8 months is normal there', { heart_rate: 130, respiratory_rate: 35 }, who(8, 'month'), []],
    ['breathing 45 at 18 months', { respiratory_rate: 45 }, who(18, 'month'), ['breathing-fast-1-year:high']],
    [
      'breathing 61 at 18 months',
      { respiratory_rate: 61 },
      who(18, 'month'),
      ['breathing-fast-1-year:high', 'breathing-very-fast-1-year:emergency'],
    ],
    ['a pulse of 60 at 3 years', { heart_rate: 60 }, who(3), ['heart-slow-2-4-years:emergency']],
    ['a pulse of 131 at 15', { heart_rate: 131 }, who(15), ['heart-fast-12-15-years:high']],
    ['a pulse of 131 at 16', { heart_rate: 131 }, who(16), ['news2-single:high']],
  ])('of a child: %s', (_, taken, profile, expected) => {
    expect(rules(taken, profile)).toEqual(expected)
  })

  it('has no gap: every age has a fast-breathing and a fast-pulse limit', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.tuple(fc.integer({ min: 0, max: 15 }), fc.constant('year' as const)),
          fc.tuple(fc.integer({ min: 0, max: 191 }), fc.constant('month' as const)),
        ),
        ([value, unit]) => {
          const { fired, open } = score({ respiratory_rate: 80, heart_rate: 230 }, who(value, unit))
          const ids = [...fired, ...open].map((r) => r.ruleId)
          expect(ids.some((id) => id.startsWith('breathing-very-fast'))).toBe(true)
          expect(ids.some((id) => id.startsWith('heart-very-fast'))).toBe(true)
        },
      ),
    )
  })

  it('without an age scores as an adult and keeps age-bound limits open when the value is not normal', () => {
    expect(score({ temperature_c: 38.5 }, who()).open.map((o) => o.ruleId)).toEqual(['baby-fever'])
    expect(score(normal, who())).toEqual({ fired: [], open: [] })
    expect(rules({ respiratory_rate: 25 }, who())).toContain('news2-single:high')
  })

  it('never gets milder when one more sign is measured', () => {
    const taken = fc.record(
      {
        respiratory_rate: fc.integer({ min: 4, max: 70 }),
        spo2: fc.integer({ min: 70, max: 100 }),
        systolic: fc.integer({ min: 50, max: 240 }),
        heart_rate: fc.integer({ min: 30, max: 220 }),
        temperature_c: fc.double({ min: 33, max: 42, noNaN: true }),
      },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(
        taken,
        fc.constantFrom('respiratory_rate', 'spo2', 'systolic', 'heart_rate', 'temperature_c'),
        fc.integer({ min: 0, max: 90 }),
        (t, name, years) => {
          const { [name as keyof typeof t]: _, ...fewer } = t
          const level = (x: Taken) => mostUrgent(score(x, who(years)).fired.map((r) => r.level))
          expect(compareLevels(level(t as Taken), level(fewer as Taken))).toBeGreaterThanOrEqual(0)
        },
      ),
    )
  })
})
