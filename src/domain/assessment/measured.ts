import type { MeasureName } from '#contracts/clinical/finding.ts'

const HOURS = { day: 24, week: 168, month: 730, year: 8760 } as const

const many = (n: number, unit: string): string => `${n} ${unit}${n === 1 ? '' : 's'}`

/** "3 days" of a time in hours, in the unit that a person would use. */
const spell = (hours: number): string => {
  if (hours < 1) return 'less than an hour'
  if (hours < 2 * HOURS.day) return many(Math.round(hours), 'hour')
  const unit = (['year', 'month', 'week', 'day'] as const).find((u) => hours >= (u === 'day' ? 1 : 2) * HOURS[u]) ?? 'day'
  return many(Math.round(hours / HOURS[unit]), unit)
}

/** What was measured or given as a number, as it is said aloud; what tells most first. */
export const measuredText = (measures: ReadonlyMap<MeasureName, number>): string[] => {
  const say = (name: MeasureName, words: (value: number) => string): string[] => {
    const value = measures.get(name)
    return value === undefined ? [] : [words(value)]
  }
  const diastolic = measures.get('diastolic')
  return [
    ...say('duration_hours', (h) => `started ${spell(h)} ago`),
    ...say('pain_score', (n) => `pain ${n}/10`),
    ...say('temperature_c', (n) => `temperature ${n} °C`),
    ...say('gestation_weeks', (n) => `${n} weeks pregnant`),
    ...say('spo2', (n) => `oxygen saturation ${n} %`),
    ...say('respiratory_rate', (n) => `breathing ${n} a minute`),
    ...say('heart_rate', (n) => `pulse ${n}`),
    ...say('systolic', (n) => `blood pressure ${n}${diastolic === undefined ? ' systolic' : ` over ${diastolic}`}`),
  ]
}

/** Denials that a number speaks against: the number alone is told. */
const AGAINST: readonly { code: string; measure: MeasureName; from: number }[] = [
  { code: 'fever', measure: 'temperature_c', from: 38 },
  { code: 'high-fever', measure: 'temperature_c', from: 39 },
  { code: 'severe-pain', measure: 'pain_score', from: 7 },
]

/** Whether a number that was given contradicts the denial of a finding. */
export const contradicted = (code: string, measures: ReadonlyMap<MeasureName, number>): boolean =>
  AGAINST.some((a) => a.code === code && (measures.get(a.measure) ?? 0) >= a.from)
