import type { TriageLevel } from '#contracts/clinical/triage-level.ts'
import type { EvaluationCase } from '#contracts/evaluation/case.ts'
import { compareLevels } from '#domain/shared/level.ts'
import { bootstrap, type Estimate, wilson } from '../metrics/intervals.ts'
import { highestOf, quadraticKappa } from '../metrics/levels.ts'

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

export const agreement = (cases: readonly EvaluationCase[]): Agreement => {
  const pairs = cases.flatMap((c): Pair[] => {
    const [first, second] = c.readers ?? []
    if (!first || !second) return []
    return [{ a: highestOf(first), b: highestOf(second), overlap: first.some((l) => second.includes(l)) }]
  })
  const rate = (test: (p: Pair) => boolean): Estimate => wilson(pairs.filter(test).length, pairs.length)
  return {
    n: pairs.length,
    same: rate((p) => p.a === p.b),
    withinOne: rate((p) => Math.abs(compareLevels(p.a, p.b)) <= 1),
    overlap: rate((p) => p.overlap),
    kappa: bootstrap(pairs, (some) => quadraticKappa(some.map((p) => ({ level: p.b, gold: [p.a] })))),
  }
}
