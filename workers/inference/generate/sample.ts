/** Seeded generator of numbers in [0, 1): the same seed gives the same retry. (mulberry32) */
export const seededRandom = (seed: number): (() => number) => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

/** Share of the probability that retries draw from; the tail of a small model is noise. */
const TOP_P = 0.9

/** The most likely of `allowed`; ties go to the lower id, so that every backend breaks them alike. */
export const greedy = (logits: Float32Array, allowed: Int32Array): number => {
  let best = allowed[0] ?? -1
  for (const id of allowed) {
    const score = logits[id] ?? Number.NEGATIVE_INFINITY
    const top = logits[best] ?? Number.NEGATIVE_INFINITY
    if (score > top || (score === top && id < best)) best = id
  }
  return best
}

/** Draws from the nucleus of `allowed` at `temperature` > 0. */
export const draw = (logits: Float32Array, allowed: Int32Array, temperature: number, random: () => number): number => {
  const top = logits[greedy(logits, allowed)] ?? 0
  const weighted: { id: number; weight: number }[] = []
  for (const id of allowed) {
    const weight = Math.exp(((logits[id] ?? Number.NEGATIVE_INFINITY) - top) / temperature)
    // Few of a large vocabulary pass.
    if (weight > 1e-6) weighted.push({ id, weight })
  }
  weighted.sort((a, b) => b.weight - a.weight || a.id - b.id)
  const total = weighted.reduce((sum, t) => sum + t.weight, 0)
  let kept = 0
  const nucleus = weighted.filter((t) => {
    const inside = kept < TOP_P * total
    kept += t.weight
    return inside
  })
  let left = random() * nucleus.reduce((sum, t) => sum + t.weight, 0)
  for (const { id, weight } of nucleus) {
    left -= weight
    if (left <= 0) return id
  }
  return nucleus.at(-1)?.id ?? greedy(logits, allowed)
}
