/** A figure with the ends of its 95 % interval; all NaN when there is nothing to measure. */
export type Estimate = { value: number; low: number; high: number; n: number }

const Z = 1.959964

/** Rate `hits / n` with Wilson's score interval (Wilson 1927), which stays honest near 0 and 1 and for small n. */
export const wilson = (hits: number, n: number): Estimate => {
  if (n === 0) return { value: Number.NaN, low: Number.NaN, high: Number.NaN, n }
  const p = hits / n
  const centre = (p + (Z * Z) / (2 * n)) / (1 + (Z * Z) / n)
  const half = (Z * Math.sqrt((p * (1 - p)) / n + (Z * Z) / (4 * n * n))) / (1 + (Z * Z) / n)
  return { value: p, low: Math.max(0, Math.min(p, centre - half)), high: Math.min(1, Math.max(p, centre + half)), n }
}

/** Deterministic numbers in [0, 1) (mulberry32). */
export const seededRandom = (seed: number): (() => number) => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Percentile bootstrap over cases; resamples for which the statistic is undefined are left out. */
export const bootstrap = <T>(
  items: readonly T[],
  statistic: (sample: readonly T[]) => number,
  { resamples = 1000, seed = 20261122 }: { resamples?: number; seed?: number } = {},
): Estimate => {
  const value = statistic(items)
  const n = items.length
  if (n === 0 || Number.isNaN(value)) return { value, low: Number.NaN, high: Number.NaN, n }
  const random = seededRandom(seed)
  const values: number[] = []
  for (let r = 0; r < resamples; r++) {
    const sample = Array.from({ length: n }, () => items[Math.floor(random() * n)] as T)
    const v = statistic(sample)
    if (!Number.isNaN(v)) values.push(v)
  }
  values.sort((a, b) => a - b)
  return { value, low: quantile(values, 0.025), high: quantile(values, 0.975), n }
}

/** Value at share `q` of sorted numbers, between neighbours by line. */
export const quantile = (sorted: readonly number[], q: number): number => {
  if (sorted.length === 0) return Number.NaN
  const at = q * (sorted.length - 1)
  const [below, above] = [sorted[Math.floor(at)] ?? Number.NaN, sorted[Math.ceil(at)] ?? Number.NaN]
  return below + (above - below) * (at - Math.floor(at))
}

export const median = (values: readonly number[]): number =>
  quantile(
    [...values].sort((a, b) => a - b),
    0.5,
  )
