import type { TriageLevel } from '#contracts/clinical/triage-level.ts'
import type { EvaluationCase } from '#contracts/evaluation/case.ts'
import { compareLevels } from '#domain/shared/level.ts'
import { bootstrap, type Estimate, wilson } from '../metrics/intervals.ts'
import { LEVELS } from '../metrics/levels.ts'

/** How far the writer and the blind second reader agree on the level (the most urgent each accepts). */
export type Agreement = {
  n: number
  same: Estimate
  withinOne: Estimate
  /** The levels either reader accepts have one in common. */
  overlap: Estimate
  kappa: Estimate
}

type Pair = { a: TriageLevel; b: TriageLevel; overlap: boolean }

const mostUrgent = (levels: readonly TriageLevel[]): TriageLevel => levels.reduce((x, y) => (compareLevels(y, x) > 0 ? y : x))

/** Cohen's kappa with quadratic weights (Cohen 1968). */
const kappa = (pairs: readonly Pair[]): number => {
  const at = (l: TriageLevel): number => LEVELS.indexOf(l)
  const share = (of: (p: Pair) => TriageLevel): number[] =>
    LEVELS.map((l) => pairs.filter((p) => of(p) === l).length / pairs.length)
  const [a, b] = [share((p) => p.a), share((p) => p.b)]
  const observed = pairs.reduce((sum, p) => sum + (at(p.a) - at(p.b)) ** 2, 0) / pairs.length
  const expected = a.reduce((sum, x, i) => sum + b.reduce((s, y, j) => s + x * y * (i - j) ** 2, 0), 0)
  return expected === 0 ? Number.NaN : 1 - observed / expected
}

export const agreement = (cases: readonly EvaluationCase[]): Agreement => {
  const pairs = cases.flatMap((c): Pair[] => {
    const [first, second] = c.readers ?? []
    if (!first || !second) return []
    return [{ a: mostUrgent(first), b: mostUrgent(second), overlap: first.some((l) => second.includes(l)) }]
  })
  const rate = (test: (p: Pair) => boolean): Estimate => wilson(pairs.filter(test).length, pairs.length)
  return {
    n: pairs.length,
    same: rate((p) => p.a === p.b),
    withinOne: rate((p) => Math.abs(LEVELS.indexOf(p.a) - LEVELS.indexOf(p.b)) <= 1),
    overlap: rate((p) => p.overlap),
    kappa: bootstrap(pairs, kappa),
  }
}
