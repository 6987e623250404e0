import type { Condition } from '#contracts/content/condition.ts'
import type { Question } from '#contracts/content/protocol.ts'

/** Truth of a condition when every code is decided by `present` and everything else by `other`. */
const holds = (c: Condition, present: ReadonlySet<string>, other: (c: Condition) => boolean): boolean => {
  if (typeof c === 'string') return present.has(c)
  if ('absent' in c) return !present.has(c.absent)
  if ('all' in c) return c.all.every((x) => holds(x, present, other))
  if ('any' in c) return c.any.some((x) => holds(x, present, other))
  if ('not' in c) return !holds(c.not, present, other)
  if ('atLeast' in c) return c.of.filter((x) => holds(x, present, other)).length >= c.atLeast
  return other(c)
}

const codesOf = (c: Condition): string[] => {
  if (typeof c === 'string') return [c]
  if ('absent' in c) return [c.absent]
  if ('all' in c) return c.all.flatMap(codesOf)
  if ('any' in c) return c.any.flatMap(codesOf)
  if ('not' in c) return codesOf(c.not)
  if ('atLeast' in c) return c.of.flatMap(codesOf)
  return []
}

/**
 * The most questions one patient could be asked, by trying assignments of the codes that `when` conditions read
 * (all of them up to 12 codes, else 4096 spread ones; so a lower bound for very large files).
 */
export const longestPath = (questions: readonly Question[]): number => {
  const conditions = questions.flatMap((q) => (q.when === undefined ? [] : [q.when]))
  const codes = [...new Set(conditions.flatMap(codesOf))]
  const exclusive = questions.flatMap((q) =>
    q.kind === 'choice' ? [q.options.flatMap((o) => (o.finding === undefined ? [] : [o.finding]))] : [],
  )
  const total = 2 ** Math.min(codes.length, 12)
  let longest = 0
  for (let n = 0; n < total; n++) {
    // A multiplicative hash spreads n over all codes when there are more than 12; below that n itself enumerates them.
    const bits = codes.length <= 12 ? n : Math.imul(n, 0x9e3779b1) >>> 0
    const present = new Set(codes.filter((_, i) => ((bits >>> (i % 32)) & 1) === 1))
    if (exclusive.some((options) => options.filter((code) => present.has(code)).length > 1)) continue
    for (const other of [true, false]) {
      longest = Math.max(longest, questions.filter((q) => q.when === undefined || holds(q.when, present, () => other)).length)
    }
  }
  return longest
}
