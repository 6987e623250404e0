import { TriageLevel } from '#contracts/clinical/triage-level.ts'
import { compareLevels } from '#domain/shared/level.ts'

/** A level beside the levels that would have been right. */
export type Judged = { level: TriageLevel; gold: readonly TriageLevel[] }

/** Levels from least to most urgent, the order of the confusion matrix. */
export const LEVELS: readonly TriageLevel[] = [...TriageLevel.options].reverse()

export const lowestOf = (levels: readonly TriageLevel[]): TriageLevel =>
  levels.reduce((a, b) => (compareLevels(b, a) < 0 ? b : a))
export const highestOf = (levels: readonly TriageLevel[]): TriageLevel =>
  levels.reduce((a, b) => (compareLevels(b, a) > 0 ? b : a))

export const isExact = ({ level, gold }: Judged): boolean => gold.includes(level)
/** Less urgent than the lowest acceptable level. */
export const isUnder = ({ level, gold }: Judged): boolean => compareLevels(level, lowestOf(gold)) < 0
export const isSafe = (j: Judged): boolean => !isUnder(j)
/** More urgent than the highest acceptable level. */
export const isOver = ({ level, gold }: Judged): boolean => compareLevels(level, highestOf(gold)) > 0

/** A gold emergency is one that accepts nothing less. */
export const isGoldEmergency = ({ gold }: Judged): boolean => gold.every((l) => l === 'emergency')
const escalated = (level: TriageLevel): boolean => compareLevels(level, 'high') >= 0

/** Same day or sooner where an acceptable level is, later where an acceptable level is: the decision a clinic feels. */
export const isEscalatedRight = ({ level, gold }: Judged): boolean => gold.some((g) => escalated(g) === escalated(level))

/** The acceptable level nearest to the one given: with one acceptable level, that one. */
export const nearestGold = ({ level, gold }: Judged): TriageLevel =>
  gold.reduce((a, b) => (Math.abs(compareLevels(b, level)) < Math.abs(compareLevels(a, level)) ? b : a))

/** Rows: nearest acceptable level; columns: level given; least urgent first. */
export const confusion = (judged: readonly Judged[]): number[][] =>
  LEVELS.map((row) => LEVELS.map((column) => judged.filter((j) => nearestGold(j) === row && j.level === column).length))

/**
 * Cohen's kappa with quadratic weights (Cohen 1968): 1 is agreement, 0 is chance. NaN when one side never varies and
 * chance alone explains everything.
 */
export const quadraticKappa = (judged: readonly Judged[]): number => {
  const matrix = confusion(judged)
  const n = judged.length
  const rows = matrix.map((row) => row.reduce((a, b) => a + b, 0))
  const columns = LEVELS.map((_, j) => matrix.reduce((sum, row) => sum + (row[j] ?? 0), 0))
  let observed = 0
  let expected = 0
  matrix.forEach((row, i) => {
    row.forEach((count, j) => {
      const weight = (i - j) ** 2
      observed += weight * count
      expected += (weight * (rows[i] ?? 0) * (columns[j] ?? 0)) / n
    })
  })
  return expected === 0 ? Number.NaN : 1 - observed / expected
}
