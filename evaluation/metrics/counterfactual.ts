import type { Age } from '#contracts/clinical/profile.ts'
import type { TriageLevel } from '#contracts/clinical/triage-level.ts'
import type { EvaluationCase } from '#contracts/evaluation/case.ts'
import { ageInYears } from '#domain/intake/history.ts'
import { playCase, type Rules } from '../play-case.ts'
import { bandOf } from './subgroups.ts'

/** One case whose floor changes when only who the patient is changes. */
export type Swap = {
  id: string
  swap: 'sex' | 'reporter' | 'age'
  from: string
  to: string
  before: TriageLevel
  after: TriageLevel
}
export type Counterfactuals = { tried: Record<Swap['swap'], number>; changed: Swap[] }

/** Findings that belong to one sex: such a case is not swapped. */
const SEX_BOUND = new Set([
  'pregnant',
  'postpartum',
  'breastfeeding',
  'missed-period',
  'period-problem',
  'vaginal-bleeding',
  'vaginal-discharge',
  'testicular-pain',
  'reduced-fetal-movement',
  'waters-broken',
])

const UNIT_YEARS: Readonly<Record<Age['unit'], number>> = { year: 1, month: 1 / 12, week: 7 / 365.25, day: 1 / 365.25 }

/** The farther end of the same age band, in the same unit; null where the band has no other whole value. */
export const ageAcrossBand = (age: Age): Age | null => {
  const band = bandOf(age)
  if (!band) return null
  const unit = UNIT_YEARS[age.unit]
  const top = Number.isFinite(band.to) ? band.to : 95
  const lowest = Math.ceil(band.from / unit - 1e-9)
  const highest = Math.ceil(top / unit - 1e-9) - 1
  const value = age.value - lowest > highest - age.value ? lowest : highest
  const other = { value, unit: age.unit }
  return value === age.value || value < 0 || bandOf(other) !== band ? null : other
}

/**
 * Replays every case under the rules with the other sex (unless the words speak of something of one sex), the other
 * reporter, and the age at the farther end of its band, and lists the floors that change. A change is not yet a fault:
 * abdominal pain in a woman who may be pregnant is rightly another matter. Each is for a person to judge.
 */
export const counterfactuals = async (cases: readonly EvaluationCase[], rules: Rules): Promise<Counterfactuals> => {
  const out: Counterfactuals = { tried: { sex: 0, reporter: 0, age: 0 }, changed: [] }
  for (const c of cases) {
    const played = await playCase(c, rules)
    const before = played.floor.level
    const retry = async (swap: Swap['swap'], from: string, to: string, changed: EvaluationCase): Promise<void> => {
      out.tried[swap]++
      const after = (await playCase(changed, rules)).floor.level
      if (after !== before) out.changed.push({ id: c.id, swap, from, to, before, after })
    }
    const bound = played.findings.some((f) => f.status === 'present' && SEX_BOUND.has(f.code))
    if (c.sex !== 'unknown' && !bound) {
      const sex = c.sex === 'female' ? 'male' : 'female'
      await retry('sex', c.sex, sex, { ...c, sex })
    }
    // A small child does not type: swapping would make a patient nobody meets.
    if (!c.age || ageInYears(c.age) >= 12) {
      const reporter = c.reporter === 'patient' ? 'caregiver' : 'patient'
      await retry('reporter', c.reporter, reporter, { ...c, reporter })
    }
    const age = c.age && ageAcrossBand(c.age)
    if (c.age && age) await retry('age', `${c.age.value} ${c.age.unit}`, `${age.value} ${age.unit}`, { ...c, age })
  }
  return out
}
