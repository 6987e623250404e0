import type { Finding, FindingCode, FindingStatus, Measure, MeasureName } from '#contracts/clinical/finding.ts'
import type { Language } from '#contracts/clinical/language.ts'
import type { Question } from '#contracts/content/protocol.ts'
import { toCelsius } from '../understanding/measures.ts'
import { ANSWER_TEXT } from './answer-text.ts'

/** Units a number may be given in where the measure's own unit is not how people speak. */
export type AnswerUnit = 'hour' | 'day' | 'week' | 'month' | 'year' | 'celsius' | 'fahrenheit'

/** What the patient answered to one question. `skipped` leaves everything it could tell unknown. */
export type Answer =
  | { kind: 'yes-no'; value: 'yes' | 'no' | 'unsure' }
  | { kind: 'choice'; option: string }
  /** Empty: none of these. */
  | { kind: 'multi'; options: readonly string[] }
  | { kind: 'measure'; value: number; unit?: AnswerUnit }
  | { kind: 'skipped' }

export type AppliedAnswer = { findings: Finding[]; measures: Measure[]; text: string }

const HOURS = { hour: 1, day: 24, week: 168, month: 730, year: 8760 } as const

/** The number in the measure's own unit (hours, °C, …). */
export const inMeasureUnit = (name: MeasureName, value: number, unit?: AnswerUnit): number => {
  if (name === 'temperature_c') return unit === 'fahrenheit' ? toCelsius(value) : value
  if (unit === undefined || unit === 'celsius' || unit === 'fahrenheit') return value
  if (name === 'gestation_weeks') return Math.round((value * HOURS[unit]) / 168)
  return value * HOURS[unit]
}

/** Every finding a question can set, each once. */
const codesOf = (question: Question): FindingCode[] => {
  if (question.kind === 'yes-no') return [question.finding]
  if (question.kind === 'measure') return []
  return [...new Set(question.options.flatMap((o) => (o.finding === undefined ? [] : [o.finding])))]
}

/**
 * What an answer tells. Options not chosen become absent, as the screen says; skipped and "not sure" stay unknown. An answer of
 * another kind than the question's is read as skipped, so that content changed under a session cannot invent a "no".
 */
export const applyAnswer = (question: Question, answer: Answer, language: Language = 'en'): AppliedAnswer => {
  const say = ANSWER_TEXT[language]
  const all = (status: (code: FindingCode) => FindingStatus): Finding[] =>
    codesOf(question).map((code) => ({ code, status: status(code), source: 'answer', questionId: question.id }))
  const skipped: AppliedAnswer = { findings: all(() => 'unknown'), measures: [], text: say.skipped }

  if (question.kind === 'yes-no' && answer.kind === 'yes-no') {
    const status = { yes: 'present', no: 'absent', unsure: 'unknown' } as const
    return { findings: all(() => status[answer.value]), measures: [], text: say[answer.value] }
  }
  if (question.kind === 'choice' && answer.kind === 'choice') {
    const option = question.options.find((o) => o.id === answer.option)
    if (!option) return skipped
    return {
      findings: all((code) => (code === option.finding ? 'present' : 'absent')),
      measures: [],
      text: option.label[language],
    }
  }
  if (question.kind === 'multi' && answer.kind === 'multi') {
    const chosen = question.options.filter((o) => answer.options.includes(o.id))
    if (chosen.length < answer.options.length) return skipped
    const codes = new Set(chosen.map((o) => o.finding))
    const text = chosen.length === 0 ? say.none : chosen.map((o) => o.label[language]).join('; ')
    return { findings: all((code) => (codes.has(code) ? 'present' : 'absent')), measures: [], text }
  }
  if (question.kind === 'measure' && answer.kind === 'measure') {
    const value = inMeasureUnit(question.measure, answer.value, answer.unit)
    if (!Number.isFinite(value) || value < question.min || value > question.max) return skipped
    const unit = answer.unit ? say.units[answer.unit](answer.value) : (say.measureUnits[question.measure] ?? '')
    return {
      findings: [],
      measures: [{ name: question.measure, value, source: 'answer' }],
      text: `${answer.value} ${unit}`.trim(),
    }
  }
  return skipped
}
