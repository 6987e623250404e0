/** Seeded randomness for everything `npm run dataset` decides, so that one seed always writes the same files. */
export type Random = {
  /** 0 ≤ x < 1 */
  next(): number
  int(min: number, max: number): number
  chance(p: number): boolean
  pick<T>(list: readonly [T, ...T[]] | readonly T[]): T
  shuffle<T>(list: readonly T[]): T[]
  sample<T>(list: readonly T[], n: number): T[]
}

/** A list shuffled and dealt: 90 % to learn from, 5 % to choose by, 5 % to report on. */
export const deal = <T>(list: readonly T[], random: Random): Record<'test' | 'valid' | 'train', T[]> => {
  const shuffled = random.shuffle(list)
  const held = Math.ceil(shuffled.length * 0.05)
  return { test: shuffled.slice(0, held), valid: shuffled.slice(held, 2 * held), train: shuffled.slice(2 * held) }
}

/** mulberry32 (public domain algorithm by Tommy Ettinger): 32 bits of state are plenty for sampling cases. */
export const makeRandom = (seed: number): Random => {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  const int = (min: number, max: number): number => min + Math.floor(next() * (max - min + 1))
  const shuffle = <T>(list: readonly T[]): T[] => {
    const out = [...list]
    for (let i = out.length - 1; i > 0; i--) {
      const j = int(0, i)
      const a = out[i] as T
      out[i] = out[j] as T
      out[j] = a
    }
    return out
  }
  return {
    next,
    int,
    chance: (p) => next() < p,
    pick: (list) => {
      if (list.length === 0) throw new Error('pick from an empty list')
      return list[int(0, list.length - 1)] as (typeof list)[number]
    },
    shuffle,
    sample: (list, n) => shuffle(list).slice(0, n),
  }
}
