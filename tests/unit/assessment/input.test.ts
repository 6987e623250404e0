import { expect, test } from 'vitest'
import type { Finding, FindingStatus, Measure, MeasureName } from '#contracts/clinical/finding.ts'
import type { Profile } from '#contracts/clinical/profile.ts'
import { assessmentInput } from '#domain/assessment/input.ts'
import { measuredText } from '#domain/assessment/measured.ts'
import { makeFacts } from '#domain/triage/facts.ts'
import { loaded } from '../safety/suite.ts'

const lexicon = loaded.content.lexicon.map((e) => e.value)
const protocol = loaded.content.protocols.map((p) => p.value).find((p) => p.id === 'diarrhoea')
if (!protocol) throw new Error('no protocol')

/** What a prompt holds of these findings, in order: "+code", "-code", "?code". */
const shown = (told: Record<string, FindingStatus>, measured: Partial<Record<MeasureName, number>> = {}): string[] => {
  const profile: Profile = { reporter: 'patient', age: { value: 40, unit: 'year' }, sex: 'female' }
  const findings = Object.entries(told).map(([code, status]): Finding => ({ code, status, source: 'answer' }))
  const measures = Object.entries(measured).map(([name, value]) => ({ name, value, source: 'answer' }) as Measure)
  const open = [
    { protocolId: 'diarrhoea', ruleId: 'x', level: 'high', reason: { en: 'x', es: 'x' }, missing: ['black-stool'] },
  ] as const
  const input = assessmentInput({
    profile,
    findings,
    facts: makeFacts({ findings, measures, profile, lexicon }),
    floor: { level: 'medium', fired: [], open: open.map((o) => ({ ...o, missing: [...o.missing] })), byProtocol: [] },
    protocols: [protocol],
    lexicon: new Map(lexicon.map((e) => [e.code, e])),
    passages: new Map(),
    retrieved: [],
  })
  const mark = { present: '+', absent: '-', unknown: '?' }
  return input.findings.map((f) => `${mark[f.status]}${f.id}`)
}

test('what a present finding tells already is not told again, nor as denied', () => {
  expect(shown({ diarrhoea: 'absent', 'diarrhoea-lasting': 'present', 'weight-loss': 'absent' })).toEqual([
    '+diarrhoea-lasting',
    '-weight-loss',
  ])
  expect(shown({ fever: 'present', 'high-fever': 'present' })).toEqual(['+high-fever'])
})

test('a denial that a number speaks against is left out', () => {
  expect(shown({ 'diarrhoea-many': 'present', fever: 'absent' }, { temperature_c: 37 })).toContain('-fever')
  expect(shown({ 'diarrhoea-many': 'present', fever: 'absent' }, { temperature_c: 39.2 })).not.toContain('-fever')
})

test('denied red flags of the protocol come first, then what is open, then other denials', () => {
  const told = shown({
    'diarrhoea-many': 'present',
    cough: 'absent',
    earache: 'absent',
    confusion: 'absent',
    'rigid-abdomen': 'absent',
    'heavy-rectal-bleeding': 'absent',
    'black-stool': 'unknown',
  })
  expect(told.slice(1)).toEqual(['-heavy-rectal-bleeding', '-confusion', '-rigid-abdomen', '?black-stool', '-cough', '-earache'])
})

test('the course of an illness comes after what is reported', () => {
  expect(shown({ worsening: 'present', 'diarrhoea-many': 'present' })).toEqual(['+diarrhoea-many', '+worsening'])
})

test.each([
  [{ duration_hours: 0.5 }, ['started less than an hour ago']],
  [{ duration_hours: 1, pain_score: 8 }, ['started 1 hour ago', 'pain 8/10']],
  [{ temperature_c: 39.2, duration_hours: 72 }, ['started 3 days ago', 'temperature 39.2 °C']],
  [{ duration_hours: 1000 }, ['started 6 weeks ago']],
  [{ duration_hours: 17520 }, ['started 2 years ago']],
  [{ systolic: 150, diastolic: 95, heart_rate: 88 }, ['pulse 88', 'blood pressure 150 over 95']],
])('%o is said as %o', (values, said) => {
  expect(measuredText(new Map(Object.entries(values) as [MeasureName, number][]))).toEqual(said)
})
