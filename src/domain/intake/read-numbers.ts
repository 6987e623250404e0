import type { Age, AgeUnit } from '#contracts/clinical/profile.ts'
import { err, ok, type Result } from '#contracts/result.ts'
import { MEASURE_RANGE, toCelsius } from '../understanding/measures.ts'
import type { IntakeError, VitalName, VitalValues } from './model.ts'

type Invalid = { type: 'invalid'; error: IntakeError }
const invalid = (code: IntakeError['code'], field: string, range?: readonly [number, number]): Invalid => ({
  type: 'invalid',
  error: { code, field, ...(range ? { min: range[0], max: range[1] } : {}) },
})

/** A number as people type it: decimal comma or point, spaces around. Null when it is none. */
export const readNumber = (text: string): number | null => {
  const clean = text.trim().replace(',', '.')
  return /^\d+(?:\.\d+)?$/.test(clean) ? Number(clean) : null
}

const AGE_LIMIT: Readonly<Record<AgeUnit, number>> = { year: 120, month: 60, week: 104, day: 365 }

export const readAge = (value: string, unit: AgeUnit): Result<Age, Invalid> => {
  if (value.trim() === '') return err(invalid('required', 'age'))
  const n = readNumber(value)
  if (n === null) return err(invalid('not-a-number', 'age'))
  if (n > AGE_LIMIT[unit]) return err(invalid('out-of-range', 'age', [0, AGE_LIMIT[unit]]))
  return ok({ value: Math.floor(n), unit })
}

export const VITAL_NAMES = ['temperature_c', 'heart_rate', 'spo2', 'systolic', 'diastolic', 'respiratory_rate'] as const

/** Empty fields are not measured. Blood pressure needs both numbers, the upper one higher. */
export const readVitals = (
  typed: Readonly<Record<string, string>>,
  temperatureUnit: 'celsius' | 'fahrenheit',
): Result<VitalValues, Invalid> => {
  const values: { [K in VitalName]?: number } = {}
  for (const name of VITAL_NAMES) {
    const text = typed[name] ?? ''
    if (text.trim() === '') continue
    const n = readNumber(text)
    if (n === null) return err(invalid('not-a-number', name))
    const value = name === 'temperature_c' && temperatureUnit === 'fahrenheit' ? toCelsius(n) : n
    const [min, max] = MEASURE_RANGE[name]
    if (value < min || value > max) {
      const inF = (c: number): number => Math.round(c * 1.8 + 32)
      const range =
        name === 'temperature_c' && temperatureUnit === 'fahrenheit' ? ([inF(min), inF(max)] as const) : MEASURE_RANGE[name]
      return err(invalid('out-of-range', name, range))
    }
    values[name] = value
  }
  const { systolic, diastolic } = values
  if ((systolic === undefined) !== (diastolic === undefined))
    return err(invalid('pair-incomplete', systolic === undefined ? 'systolic' : 'diastolic'))
  if (systolic !== undefined && diastolic !== undefined && diastolic >= systolic)
    return err(invalid('out-of-range', 'diastolic', [MEASURE_RANGE.diastolic[0], systolic - 1]))
  return ok(values)
}
