import type { MeasureName } from '#contracts/clinical/finding.ts'
import type { Language } from '#contracts/clinical/language.ts'
import type { AnswerUnit } from './answer.ts'

type AnswerText = {
  yes: string
  no: string
  unsure: string
  none: string
  skipped: string
  units: Record<AnswerUnit, (n: number) => string>
  measureUnits: Partial<Record<MeasureName, string>>
}

const count = (one: string, many: string) => (n: number) => (n === 1 ? one : many)

/** How answers read in the transcript a nurse sees, in the language of the packet. */
export const ANSWER_TEXT: Readonly<Record<Language, AnswerText>> = {
  en: {
    yes: 'Yes',
    no: 'No',
    unsure: 'Not sure',
    none: 'None of these',
    skipped: 'Skipped',
    units: {
      hour: count('hour', 'hours'),
      day: count('day', 'days'),
      week: count('week', 'weeks'),
      month: count('month', 'months'),
      year: count('year', 'years'),
      celsius: () => '°C',
      fahrenheit: () => '°F',
    },
    measureUnits: {
      temperature_c: '°C',
      pain_score: '/ 10',
      duration_hours: 'hours',
      gestation_weeks: 'weeks',
      spo2: '%',
      heart_rate: '/min',
      respiratory_rate: '/min',
      systolic: 'mmHg',
      diastolic: 'mmHg',
    },
  },
  es: {
    yes: 'Sí',
    no: 'No',
    unsure: 'No sabe',
    none: 'Ninguna de estas',
    skipped: 'Sin respuesta',
    units: {
      hour: count('hora', 'horas'),
      day: count('día', 'días'),
      week: count('semana', 'semanas'),
      month: count('mes', 'meses'),
      year: count('año', 'años'),
      celsius: () => '°C',
      fahrenheit: () => '°F',
    },
    measureUnits: {
      temperature_c: '°C',
      pain_score: '/ 10',
      duration_hours: 'horas',
      gestation_weeks: 'semanas',
      spo2: '%',
      heart_rate: '/min',
      respiratory_rate: '/min',
      systolic: 'mmHg',
      diastolic: 'mmHg',
    },
  },
}
