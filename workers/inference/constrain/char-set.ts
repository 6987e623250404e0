/** A set of Unicode code points as sorted, disjoint, inclusive ranges. */
export type CharSet = readonly (readonly [low: number, high: number])[]

/**
 * What the decoder may write inside a JSON string. It never writes escapes, so no quote, backslash or control character;
 * only the first plane, so that bytes, code points and UTF-16 units agree on lengths; and nothing invisible (soft hyphen,
 * zero-width and direction marks, private use) that could make a text read otherwise than it is checked.
 */
export const PLAIN_CHARS: CharSet = [
  [0x20, 0x21],
  [0x23, 0x5b],
  [0x5d, 0x7e],
  [0xa0, 0xac],
  [0xae, 0x1fff],
  [0x2000, 0x200a],
  [0x2010, 0x2027],
  [0x202f, 0x205f],
  [0x2070, 0xd7ff],
  [0xf900, 0xfdff],
  [0xfe10, 0xfefe],
  [0xff00, 0xffef],
]

export const hasChar = (set: CharSet, code: number): boolean => meets(set, code, code)

/** Whether any member lies between `low` and `high`, both inclusive. */
export const meets = (set: CharSet, low: number, high: number): boolean => {
  for (const [from, to] of set) {
    if (from > high) return false
    if (to >= low) return true
  }
  return false
}

export const normalise = (ranges: CharSet): CharSet => {
  const merged: [number, number][] = []
  for (const [low, high] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const last = merged.at(-1)
    if (last && low <= last[1] + 1) last[1] = Math.max(last[1], high)
    else merged.push([low, high])
  }
  return merged
}

export const negate = (set: CharSet): CharSet => {
  const out: [number, number][] = []
  let from = 0
  for (const [low, high] of normalise(set)) {
    if (low > from) out.push([from, low - 1])
    from = high + 1
  }
  if (from <= 0x10ffff) out.push([from, 0x10ffff])
  return out
}

export const intersect = (a: CharSet, b: CharSet): CharSet =>
  normalise(
    a.flatMap(([low, high]) =>
      b
        .filter(([from, to]) => from <= high && to >= low)
        .map(([from, to]): [number, number] => [Math.max(low, from), Math.min(high, to)]),
    ),
  )
