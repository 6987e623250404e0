import { bootstrap, type Estimate, wilson } from './intervals.ts'

/** A ranked list, best first, and what it should have found. */
export type Ranked = { ids: readonly string[]; relevant: readonly string[] }

export const CUTS = [1, 3, 5, 10] as const

/** Place of the first relevant id, from 1; null when none is in the list. */
export const firstHit = ({ ids, relevant }: Ranked): number | null => {
  const at = ids.findIndex((id) => relevant.includes(id))
  return at < 0 ? null : at + 1
}

/** Share of the relevant ids among the first `k`. */
export const covered = ({ ids, relevant }: Ranked, k: number): number => {
  const first = new Set(ids.slice(0, k))
  return relevant.filter((id) => first.has(id)).length / relevant.length
}

export type RankingSummary = {
  n: number
  /** Recall@k a query: at least one relevant passage among the first k (Wilson's interval), in the order of `CUTS`. */
  recall: readonly Estimate[]
  /** Mean share of a query's relevant passages among the first 5 (bootstrap). */
  coverage5: Estimate
  /** Mean reciprocal rank (bootstrap). */
  mrr: Estimate
}

const mean = (xs: readonly number[]): number => xs.reduce((n, x) => n + x, 0) / xs.length

export const summarizeRanking = (all: readonly Ranked[]): RankingSummary => {
  const places = all.map(firstHit)
  return {
    n: all.length,
    recall: CUTS.map((k) => wilson(places.filter((p) => p !== null && p <= k).length, all.length)),
    coverage5: bootstrap(
      all.map((r) => covered(r, 5)),
      mean,
    ),
    mrr: bootstrap(
      places.map((p) => (p === null ? 0 : 1 / p)),
      mean,
    ),
  }
}
