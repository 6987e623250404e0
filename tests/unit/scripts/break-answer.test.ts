import { expect, test } from 'vitest'
import type { AssessmentInput } from '#domain/assessment/prompt.ts'
import { validateAssessment } from '#domain/safety/validate.ts'
import { compileBundle } from '../../../scripts/content/compile-bundle.ts'
import { loadPassages } from '../../../scripts/content/load-content.ts'
import { BREAKS, type BreakContext, breakAnswer, brokenBy } from '../../../scripts/dataset/break-answer.ts'
import { makeRow, openWorkshop } from '../../../scripts/dataset/make-row.ts'
import { makeRandom } from '../../../scripts/dataset/random.ts'
import { summaryFault } from '../../../scripts/dataset/summary-check.ts'
import { loaded } from '../safety/suite.ts'

const compiled = compileBundle()
if (!compiled.ok) throw new Error('content does not compile')
const bundle = compiled.value
const workshop = openWorkshop(bundle, loadPassages(), loaded.books.en)
const labels = bundle.lexicon.map((e) => e.label.en)

/** A few rows with what they are judged by; the same for a seed. */
const rows = (seed: number) => {
  const random = makeRandom(seed)
  return bundle.protocols
    .filter((_, i) => i % 12 === 0)
    .flatMap((protocol) => {
      const made = makeRow(workshop, protocol, protocol.id, random)
      if ('rejected' in made) return []
      const context: BreakContext = {
        input: made.input,
        validation: made.validation,
        labels,
        system: made.row.conversation_history[0]?.content ?? '',
        random,
      }
      return [{ target: made.target, context }]
    })
}

test('targets are whole, and every way of breaking one is refused for what it breaks', () => {
  const counts: Record<string, number> = {}
  for (const { target, context } of rows(11)) {
    expect(brokenBy(JSON.stringify(target), context)).toEqual([])
    for (const kind of Object.keys(BREAKS)) {
      const broken = breakAnswer(target, kind, context)
      if (!broken) continue
      counts[kind] = (counts[kind] ?? 0) + 1
      expect(broken.text).not.toBe(JSON.stringify(target))
      expect(broken.constraint).toBe(BREAKS[kind]?.constraint)
      if (kind === 'cut-off') expect(() => JSON.parse(broken.text)).toThrow()
      else {
        const verdict = validateAssessment(JSON.parse(broken.text), context.validation)
        const found = verdict.valid ? [] : verdict.violations.map((v) => v.constraint)
        expect(found.length === 0 ? ['summary-unfaithful'] : found).toContain(broken.constraint)
      }
    }
  }
  expect(Object.keys(counts).sort()).toEqual(Object.keys(BREAKS).sort())
})

test('one seed breaks in one way', () => {
  const once = () => rows(3).map(({ target, context }) => breakAnswer(target, 'medicine', context)?.text)
  expect(once()).toEqual(once())
})

const input: AssessmentInput = {
  profile: { reporter: 'patient', sex: 'male', age: { value: 45, unit: 'year' } },
  floor: 'high',
  complaints: ['Headache'],
  findings: [
    { id: 'headache', label: 'headache', status: 'present' },
    { id: 'jaw', label: 'jaw pain', status: 'present' },
    { id: 'injury', label: 'head injury', status: 'absent' },
    { id: 'fever', label: 'fever', status: 'unknown' },
  ],
  passages: [],
}

test.each([
  ['45-year-old male patient. Reported: headache; jaw pain. Not known: fever. Denied: head injury', null],
  ['45-year-old male patient. Reported: headache', null],
  ['44-year-old male patient. Reported: headache', 'patient'],
  ['45-year-old female patient. Reported: headache', 'patient'],
  ['45-year-old male patient. Reported: headache; severe headache', 'unlisted'],
  ['45-year-old male patient. Reported: headache. Denied: sore throat', 'unlisted'],
  ['45-year-old male patient. Reported: head injury', 'status'],
  ['45-year-old male patient. Reported: headache. Denied: jaw pain', 'status'],
  ['45-year-old male patient. Reported: headache. Background: fever', 'status'],
  ['45-year-old male patient. Reported: headache. Not known: head injury', 'status'],
] as const)('%s: %s', (summary, fault) => {
  const known = ['headache', 'severe headache', 'jaw pain', 'head injury', 'fever', 'sore throat']
  expect(summaryFault(`Preliminary assessment: ${summary}. Suggests same-day clinician review.`, input, known)).toBe(fault)
})
