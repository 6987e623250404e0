import { TriageLevel } from '#contracts/clinical/triage-level.ts'

const rank: Readonly<Record<TriageLevel, number>> = { emergency: 3, high: 2, medium: 1, low: 0 }

/** Positive when `a` is more urgent than `b`. */
export const compareLevels = (a: TriageLevel, b: TriageLevel): number => rank[a] - rank[b]

/** The most urgent of the levels; `low` when there is none. */
export const mostUrgent = (levels: Iterable<TriageLevel>): TriageLevel => {
  let worst: TriageLevel = 'low'
  for (const level of levels) if (rank[level] > rank[worst]) worst = level
  return worst
}

/** Levels a model may answer with: the floor and everything more urgent, most urgent first. */
export const levelsAtOrAbove = (floor: TriageLevel): TriageLevel[] => TriageLevel.options.filter((l) => rank[l] >= rank[floor])
