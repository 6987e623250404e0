import type { Age } from '#contracts/clinical/profile.ts'
import { ageInYears } from '#domain/intake/history.ts'
import type { CaseResult } from '../types.ts'
import { type Estimate, wilson } from './intervals.ts'
import { isExact, isGoldEmergency, isOver, isSafe } from './levels.ts'
import { judged } from './summary.ts'

/** Age bands in years, from below; a person of exactly `from` belongs to the band. */
export const AGE_BANDS = [
  { name: 'under 3 months', from: 0, to: 0.25 },
  { name: '3-11 months', from: 0.25, to: 1 },
  { name: '1-4 years', from: 1, to: 5 },
  { name: '5-11 years', from: 5, to: 12 },
  { name: '12-17 years', from: 12, to: 18 },
  { name: '18-39 years', from: 18, to: 40 },
  { name: '40-64 years', from: 40, to: 65 },
  { name: '65-79 years', from: 65, to: 80 },
  { name: '80 and over', from: 80, to: Number.POSITIVE_INFINITY },
] as const

export const bandOf = (age: Age | undefined): (typeof AGE_BANDS)[number] | null => {
  if (!age) return null
  const years = ageInYears(age)
  return AGE_BANDS.find((b) => years >= b.from && years < b.to) ?? null
}

export type Subgroup = {
  by: 'age' | 'sex' | 'reporter' | 'language' | 'form'
  name: string
  n: number
  exact: Estimate
  safe: Estimate
  over: Estimate
  emergencies: number
  emergencies_missed: number
}

const group = (by: Subgroup['by'], results: readonly CaseResult[], nameOf: (r: CaseResult) => string): Subgroup[] => {
  const names = [...new Set(results.map(nameOf))]
  const order = AGE_BANDS.map((b) => b.name as string)
  names.sort((a, b) => order.indexOf(a) - order.indexOf(b) || (a < b ? -1 : 1))
  return names.map((name) => {
    const mine = results.filter((r) => nameOf(r) === name)
    const rate = (test: (j: ReturnType<typeof judged>) => boolean): Estimate =>
      wilson(mine.filter((r) => test(judged(r))).length, mine.length)
    const emergencies = mine.filter((r) => isGoldEmergency(judged(r)))
    return {
      by,
      name,
      n: mine.length,
      exact: rate(isExact),
      safe: rate(isSafe),
      over: rate(isOver),
      emergencies: emergencies.length,
      emergencies_missed: emergencies.filter((r) => r.level !== 'emergency').length,
    }
  })
}

export const subgroups = (results: readonly CaseResult[]): Subgroup[] => [
  ...group('age', results, (r) => bandOf(r.age)?.name ?? 'unknown'),
  ...group('sex', results, (r) => r.sex),
  ...group('reporter', results, (r) => r.reporter),
  ...group('language', results, (r) => r.language),
  ...group('form', results, (r) => (r.interview ? 'interview' : 'one-shot')),
]

export type ProtocolRow = { protocol: string; n: number; exact: Estimate; safe: Estimate; over: Estimate }

/** By the protocol that led (the first chosen). */
export const byProtocol = (results: readonly CaseResult[]): ProtocolRow[] =>
  [...new Set(results.map((r) => r.protocols[0]?.id ?? 'none'))].sort().map((protocol) => {
    const mine = results.filter((r) => (r.protocols[0]?.id ?? 'none') === protocol)
    const rate = (test: (j: ReturnType<typeof judged>) => boolean): Estimate =>
      wilson(mine.filter((r) => test(judged(r))).length, mine.length)
    return { protocol, n: mine.length, exact: rate(isExact), safe: rate(isSafe), over: rate(isOver) }
  })
