import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TriageLevel } from '#contracts/clinical/triage-level.ts'
import { bootstrap, median, quantile, seededRandom, wilson } from '#evaluation/metrics/intervals.ts'
import {
  confusion,
  isEscalatedRight,
  isExact,
  isGoldEmergency,
  isOver,
  isSafe,
  isUnder,
  type Judged,
  quadraticKappa,
} from '#evaluation/metrics/levels.ts'
import { findingCounts, summarise } from '#evaluation/metrics/summary.ts'
import { makeResult } from './fixture.ts'

const j = (level: TriageLevel, ...gold: TriageLevel[]): Judged => ({ level, gold })
const levels = fc.constantFrom(...TriageLevel.options)
const judgedCase = fc.record({ level: levels, gold: fc.uniqueArray(levels, { minLength: 1 }) })

describe('intervals', () => {
  it('gives the textbook Wilson interval', () => {
    // Newcombe 1998, table I: 81 of 263 gives 0.2553 to 0.3662; 0 of 20 gives 0 to 0.1611; 15 of 148 gives 0.0624 to 0.1605.
    expect(wilson(81, 263)).toMatchObject({ n: 263 })
    expect([wilson(81, 263).low, wilson(81, 263).high].map((x) => x.toFixed(4))).toEqual(['0.2553', '0.3662'])
    expect([wilson(0, 20).low, wilson(0, 20).high].map((x) => x.toFixed(4))).toEqual(['0.0000', '0.1611'])
    expect([wilson(15, 148).low, wilson(15, 148).high].map((x) => x.toFixed(4))).toEqual(['0.0624', '0.1605'])
  })

  it('has no figure where nothing was measured', () => {
    expect(wilson(0, 0).value).toBeNaN()
    expect(bootstrap([], () => 1).low).toBeNaN()
  })

  it('always holds the rate and stays within 0 and 1', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.nat(500), (n, h) => {
        const e = wilson(Math.min(h, n), n)
        return e.low >= 0 && e.low <= e.value && e.value <= e.high && e.high <= 1
      }),
    )
  })

  it('resamples the same way every time', () => {
    const items = [1, 2, 3, 4, 50]
    expect(bootstrap(items, median)).toEqual(bootstrap(items, median))
    expect(bootstrap(items, median, { seed: 1 })).not.toEqual(bootstrap([1, 2, 3, 4, 5], median, { seed: 1 }))
    expect(bootstrap([7, 7, 7], median)).toEqual({ value: 7, low: 7, high: 7, n: 3 })
    const random = seededRandom(3)
    const draws = Array.from({ length: 2000 }, random)
    expect(Math.abs(draws.reduce((a, b) => a + b, 0) / 2000 - 0.5)).toBeLessThan(0.03)
  })

  it('takes quantiles between neighbours', () => {
    expect(quantile([1, 2, 3, 4], 0.5)).toBe(2.5)
    expect(median([9, 1, 5])).toBe(5)
  })
})

describe('levels', () => {
  it('tells exact, under and over apart when several levels are acceptable', () => {
    const table = [
      [j('low', 'low', 'medium'), 'exact'],
      [j('high', 'low', 'medium'), 'over'],
      [j('medium', 'high', 'emergency'), 'under'],
      // Between two acceptable levels: neither under nor over, and not exact.
      [j('medium', 'low', 'high'), 'between'],
    ] as const
    for (const [judged, kind] of table) {
      expect([isExact(judged), isUnder(judged), isOver(judged)]).toEqual([kind === 'exact', kind === 'under', kind === 'over'])
    }
  })

  it('counts a gold emergency only where nothing less is acceptable', () => {
    expect(isGoldEmergency(j('low', 'emergency'))).toBe(true)
    expect(isGoldEmergency(j('low', 'emergency', 'high'))).toBe(false)
  })

  it('judges escalation by whether an acceptable level is escalated', () => {
    expect(isEscalatedRight(j('high', 'emergency'))).toBe(true)
    expect(isEscalatedRight(j('medium', 'emergency'))).toBe(false)
    expect(isEscalatedRight(j('medium', 'high', 'medium'))).toBe(true)
    expect(isEscalatedRight(j('high', 'low'))).toBe(false)
  })

  it('agrees with kappa worked out by hand', () => {
    // Two of each end agree, one low is called emergency. Rows low 3, emergency 2; columns low 2, emergency 3; n 5.
    // observed = 9 * 1; expected = 9 * (3 * 3 + 2 * 2) / 5 = 23.4; kappa = 1 - 9 / 23.4.
    const cases = [
      j('low', 'low'),
      j('low', 'low'),
      j('emergency', 'emergency'),
      j('emergency', 'emergency'),
      j('emergency', 'low'),
    ]
    expect(quadraticKappa(cases)).toBeCloseTo(1 - 9 / 23.4, 10)
    expect(confusion(cases)).toEqual([
      [2, 0, 0, 1],
      [0, 0, 0, 0],
      [0, 0, 0, 0],
      [0, 0, 0, 2],
    ])
    expect(quadraticKappa([j('low', 'low'), j('high', 'high')])).toBe(1)
    expect(quadraticKappa([j('low', 'low')])).toBeNaN()
  })

  it('never calls one case both safe and under, nor exact and over', () => {
    fc.assert(
      fc.property(
        judgedCase,
        (c) => isSafe(c) !== isUnder(c) && !(isExact(c) && (isOver(c) || isUnder(c))) && !(isOver(c) && isUnder(c)),
      ),
    )
  })

  it('keeps kappa at most 1 and the matrix whole', () => {
    fc.assert(
      fc.property(fc.array(judgedCase, { minLength: 1, maxLength: 40 }), (cases) => {
        const kappa = quadraticKappa(cases)
        return (
          (Number.isNaN(kappa) || kappa <= 1) &&
          confusion(cases)
            .flat()
            .reduce((a, b) => a + b, 0) === cases.length
        )
      }),
    )
  })
})

describe('summary', () => {
  const results = [
    makeResult('emergency', ['emergency'], {
      findings: { a: 'present', b: 'present' },
      gold: { triage: ['emergency'], complaints: ['A11'], findings: { a: 'present', b: 'absent', c: 'present' } },
      protocols: [{ id: 'p', icpc2: 'A11' }],
    }),
    makeResult('high', ['emergency'], { interview: true, asked: [{ protocolId: 'p', questionId: 'q', reply: null, told: {} }] }),
    makeResult('medium', ['emergency'], { unsafe: ['must-escalate'] }),
    makeResult('high', ['low'], {
      gold: { triage: ['low'], complaints: ['A11'], findings: null },
      protocols: [
        { id: 'g', icpc2: 'A29' },
        { id: 'p', icpc2: 'A11' },
      ],
    }),
  ]

  it('counts by hand', () => {
    const s = summarise(results)
    expect(findingCounts(results[0] ?? makeResult('low', ['low']))).toEqual({ hit: 1, false: 1, missed: 1 })
    expect([s.n, s.emergencies, s.emergencies_missed, s.hand_offs]).toEqual([4, 3, 2, 0])
    expect([s.exact, s.safe, s.under, s.over, s.clinical_accuracy, s.safety_compliance].map((e) => e.value)).toEqual([
      0.25, 0.5, 0.5, 0.25, 0.5, 0.75,
    ])
    expect(s.missed_critical.value).toBeCloseTo(1 / 3)
    expect([s.finding_precision.value, s.finding_recall.value, s.finding_f1.value]).toEqual([0.5, 0.5, 0.5])
    expect([s.complaint_top1.value, s.complaint_any.value]).toEqual([0.5, 1])
    expect(s.questions.value).toBe(1)
    expect(s.first_valid.n).toBe(0)
  })

  it('counts hand-offs of the model apart from emergencies', () => {
    const model = (handOff: 'emergency' | 'invalid-output' | null, valid: boolean[]) => ({
      handOff,
      generationMs: 5,
      tries: valid.length,
      attempts: valid.map((v) => ({ valid: v, violated: v ? [] : ['length'], tokens: 10 })),
    })
    const s = summarise([
      makeResult('emergency', ['emergency'], { model: model('emergency', []) }),
      makeResult('high', ['high'], { model: model('invalid-output', [false, false, false]) }),
      makeResult('low', ['low'], { model: model(null, [true]) }),
    ])
    expect(s.hand_offs).toBe(1)
    expect(s.first_valid).toMatchObject({ value: 0.5, n: 2 })
    expect(s.attempts_valid).toMatchObject({ value: 0.25, n: 4 })
  })
})
