import { expect, test } from 'vitest'
import { DISCLAIMER, SUMMARY_PREFIX } from '#contracts/clinical/assessment.ts'
import type { FindingStatus } from '#contracts/clinical/finding.ts'
import type { TriageLevel } from '#contracts/clinical/triage-level.ts'
import { backgroundOf } from '#domain/assessment/input.ts'
import type { AssessmentInput } from '#domain/assessment/prompt.ts'
import { restatements, summaryTold } from '#domain/assessment/text-graph.ts'
import { SUPPORT_THRESHOLD, supportOf } from '#domain/safety/rules/grounding.ts'
import { validateAssessment } from '#domain/safety/validate.ts'
import { compileBundle } from '../../../scripts/content/compile-bundle.ts'
import { loaded } from '../safety/suite.ts'

const compiled = compileBundle()
if (!compiled.ok) throw new Error('content does not compile')
const { lexicon, prompts } = compiled.value
const urgency = prompts.flatMap((p) => (p.task === 'assess' ? [p.urgency] : []))[0]
if (!urgency) throw new Error('no prompt')
const isBackground = backgroundOf(new Map(lexicon.map((e) => [e.code, e])))
const finding = (code: string, label: string, status: FindingStatus) => ({
  id: code,
  label,
  status,
  leading: status === 'present',
})

const bare = {
  profile: { reporter: 'patient', age: { value: 34, unit: 'year' }, sex: 'female' },
  complaints: [],
  passages: [],
} as const

/** What the validator refuses in the longest texts about these findings. */
const refused = (floor: TriageLevel, findings: AssessmentInput['findings']): string[] => {
  const input: AssessmentInput = {
    ...bare,
    floor,
    findings,
    measured: ['started 3 days ago', 'pain 10/10', 'temperature 39.2 °C', 'oxygen saturation 97 %', 'blood pressure 95 over 100'],
  }
  const { situation, background, denied } = summaryTold(input, isBackground)
  const said = [...situation, ...background, ...(denied.length > 0 ? [denied.join('')] : [])].join('. ')
  const { concerns, actions } = restatements(input, urgency)
  const summary = `${SUMMARY_PREFIX.en} ${said}. Suggests ${urgency[floor][0]}.`
  const verdict = validateAssessment(
    { level: floor, summary, concerns, actions, disclaimer: DISCLAIMER.en },
    { language: 'en', floor, findings, passages: [], escalationGroups: [], phrases: loaded.books.en },
  )
  return verdict.valid ? [] : verdict.violations.map((v) => `${v.path} ${v.constraint}: ${v.excerpt ?? ''} in ${said}`)
}

test('every label of the lexicon can be reported: the validator passes the summary and what is restated', () => {
  const wrong = lexicon.flatMap((e) => refused('high', [finding(e.code, e.label.en, 'present')]))
  expect(wrong).toEqual([])
})

test('every label can be denied and left open, beside others', () => {
  // Background is never told as denied.
  const deniable = lexicon.filter((e) => ['symptom', 'sign'].includes(e.kind))
  const at = (entries: typeof lexicon, i: number, status: FindingStatus) => {
    const e = entries[i % entries.length]
    return e ? [finding(e.code, e.label.en, status)] : []
  }
  const wrong = lexicon.flatMap((_, i) =>
    // Of half of the texts already every label is denied in one and left open in another.
    i % 2 === 0
      ? []
      : refused('high', [
          finding('unheard', 'unheard-of trouble', 'present'),
          ...[0, 37, 101].flatMap((d) => at(deniable, i + d, 'absent')),
          ...[211, 306].flatMap((d) => at(lexicon, i + d, 'unknown')),
        ]),
  )
  expect(wrong).toEqual([])
})

test('a calm level can restate every label: what is said is supported by it', () => {
  const weak = lexicon.flatMap((e) =>
    (['medium', 'low'] as const).flatMap((floor) => {
      const findings = [{ ...finding(e.code, e.label.en, 'present'), leading: floor === 'low' }]
      const { concerns, actions } = restatements({ ...bare, floor, findings }, urgency)
      return [...concerns, ...actions].filter(
        (s) => supportOf(s.text, [e.label.en], loaded.books.en.stopwordSet) < SUPPORT_THRESHOLD,
      )
    }),
  )
  expect(weak).toEqual([])
})
