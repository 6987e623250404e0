import type { FindingStatus } from '#contracts/clinical/finding.ts'
import type { Age } from '#contracts/clinical/profile.ts'
import type { Condition } from '#contracts/content/condition.ts'
import type { Facts } from './facts.ts'

export type Truth = 'true' | 'false' | 'unknown'

/**
 * `because`: the leaves the value rests on (codes, measure names, `age`, `sex`); empty while unknown.
 * `missing`: the leaves that would have to be known; empty unless unknown.
 */
export type Evaluation = { value: Truth; because: string[]; missing: string[] }

const dayCount: Readonly<Record<Age['unit'], number>> = { day: 1, week: 7, month: 30.4375, year: 365.25 }

const leaf = (value: Truth, name: string): Evaluation =>
  value === 'unknown' ? { value, because: [], missing: [name] } : { value, because: [name], missing: [] }

const union = (parts: readonly Evaluation[], member: 'because' | 'missing'): string[] => [
  ...new Set(parts.flatMap((p) => p[member])),
]

/**
 * Whether the age is below the limit. A whole number covers its unit: "2 years" is anything from 2 up to 3 years, so
 * "below 30 months" is unknown of it.
 */
const isBelow = (age: Age | undefined, limit: Age): Truth => {
  if (!age) return 'unknown'
  const max = limit.value * dayCount[limit.unit]
  const from = age.value * dayCount[age.unit]
  if (from >= max) return 'false'
  const to = (Number.isInteger(age.value) ? age.value + 1 : age.value) * dayCount[age.unit]
  return to <= max ? 'true' : 'unknown'
}

const not: Readonly<Record<Truth, Truth>> = { true: 'false', false: 'true', unknown: 'unknown' }

/** At least `n` of the parts true: `all` is n = length, `any` is n = 1. */
const threshold = (n: number, parts: readonly Evaluation[]): Evaluation => {
  const of = (value: Truth): Evaluation[] => parts.filter((p) => p.value === value)
  const yes = of('true')
  const open = of('unknown')
  if (yes.length >= n) return { value: 'true', because: union(yes, 'because'), missing: [] }
  if (yes.length + open.length < n) return { value: 'false', because: union(of('false'), 'because'), missing: [] }
  return { value: 'unknown', because: [], missing: union(open, 'missing') }
}

/**
 * Evaluates a condition in Kleene's three-valued logic. Total; an unknown age, sex or measure makes its leaf unknown.
 * `silence` says what a finding counts as that nothing is known of.
 */
export const evaluateCondition = (condition: Condition, facts: Facts, silence: 'unknown' | 'absent' = 'unknown'): Evaluation => {
  const each = (conditions: readonly Condition[]): Evaluation[] => conditions.map((c) => evaluateCondition(c, facts, silence))
  const told = (code: string): FindingStatus => facts.findings.get(code) ?? silence
  if (typeof condition === 'string') {
    const status = told(condition)
    return leaf(status === 'present' ? 'true' : status === 'absent' ? 'false' : 'unknown', condition)
  }
  if ('absent' in condition) {
    const status = told(condition.absent)
    return leaf(status === 'absent' ? 'true' : status === 'present' ? 'false' : 'unknown', condition.absent)
  }
  if ('all' in condition) return threshold(condition.all.length, each(condition.all))
  if ('any' in condition) return threshold(1, each(condition.any))
  if ('atLeast' in condition) return threshold(condition.atLeast, each(condition.of))
  if ('not' in condition) {
    const inner = evaluateCondition(condition.not, facts, silence)
    return { ...inner, value: not[inner.value] }
  }
  if ('ageBelow' in condition) return leaf(isBelow(facts.age, condition.ageBelow), 'age')
  if ('ageAtLeast' in condition) return leaf(not[isBelow(facts.age, condition.ageAtLeast)], 'age')
  if ('sex' in condition) {
    return leaf(facts.sex === 'unknown' ? 'unknown' : facts.sex === condition.sex ? 'true' : 'false', 'sex')
  }
  const value = facts.measures.get(condition.measure)
  if (value === undefined) return leaf('unknown', condition.measure)
  const { gt, gte, lt, lte } = condition
  const within =
    (gt === undefined || value > gt) &&
    (gte === undefined || value >= gte) &&
    (lt === undefined || value < lt) &&
    (lte === undefined || value <= lte)
  return leaf(within ? 'true' : 'false', condition.measure)
}
