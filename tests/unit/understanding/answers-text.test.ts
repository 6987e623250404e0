import { expect, test } from 'vitest'
import type { Finding, FindingStatus } from '#contracts/clinical/finding.ts'
import type { LexiconEntry } from '#contracts/content/lexicon.ts'
import { answersText } from '#domain/understanding/encoder/answers-text.ts'

const label = (en: string): LexiconEntry => ({ label: { en, es: 'x' } }) as LexiconEntry
const lexicon = new Map([
  ['fever', label('Fever')],
  ['rash', label('Rash')],
  ['diabetes', label('Diabetes')],
])
const finding = (code: string, status: FindingStatus, source: Finding['source'] = 'answer'): Finding => ({ code, status, source })

test('what was answered and measured is told by its labels, not the words themselves', () => {
  const findings = [
    finding('sore-throat', 'present', 'narrative'),
    finding('fever', 'absent'),
    finding('rash', 'present'),
    finding('rash', 'present'),
    finding('diabetes', 'present', 'history'),
  ]
  const measures = [
    { name: 'temperature_c' as const, value: 38.2, source: 'vitals' as const },
    { name: 'pain_score' as const, value: 7, source: 'narrative' as const },
  ]
  expect(answersText(findings, measures, lexicon)).toBe('yes: rash, diabetes; no: fever; temperature c 38.2')
})
test('conditions that were not ticked and skipped questions say nothing', () => {
  expect(answersText([finding('diabetes', 'absent', 'history'), finding('fever', 'unknown')], [], lexicon)).toBe('')
})
test('a list stops before it crowds out the words, and begins with what was answered', () => {
  const many = (status: FindingStatus, source: Finding['source'] = 'answer') =>
    Array.from({ length: 80 }, (_, i) => finding(`${source}-${status}-number-${i}`, status, source))
  const text = answersText([...many('present', 'history'), ...many('absent'), ...many('present')], [], lexicon)
  expect(text.length).toBeLessThan(480)
  expect(text).toMatch(/^yes: answer-present-number-0, .*; no: answer-absent-number-0, /)
})
test('what holds is not denied beside it', () => {
  expect(answersText([finding('fever', 'absent'), finding('fever', 'present')], [], lexicon)).toBe('yes: fever')
})
test('a device is believed before what the patient measured', () => {
  const measures = [
    { name: 'temperature_c' as const, value: 39.5, source: 'vitals' as const },
    { name: 'temperature_c' as const, value: 37, source: 'answer' as const },
  ]
  expect(answersText([], measures, lexicon)).toBe('temperature c 39.5')
})
