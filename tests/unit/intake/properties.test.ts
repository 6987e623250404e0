import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { IntakeEvent } from '#domain/intake/events.ts'
import { progress } from '#domain/intake/steps.ts'
import { assessed, derived, play, toWords } from './intake-fixture.ts'

const yes = { type: 'question-answered', answer: { kind: 'yes-no', value: 'yes' } } as const
const no = { type: 'question-answered', answer: { kind: 'yes-no', value: 'no' } } as const
const skip = { type: 'question-answered', answer: { kind: 'skipped' } } as const

describe('properties', () => {
  const event = fc.oneof(
    fc.constantFrom<IntakeEvent>(
      ...toWords,
      yes,
      no,
      skip,
      { type: 'understood-confirmed' },
      { type: 'back-requested' },
      { type: 'back-requested' },
      { type: 'history-skipped' },
      { type: 'history-entered', conditions: ['diabetes', 'chemotherapy'], medications: 'a', allergies: 'b' },
      { type: 'vitals-skipped' },
      { type: 'send-requested' },
      { type: 'packet-failed' },
      { type: 'packet-queued', ticket: 'Z' },
      { type: 'assessed', assessed },
      { type: 'staff-call-opened' },
      { type: 'staff-call-confirmed' },
      { type: 'staff-alerted' },
      { type: 'who-answered', who: 'other', relation: 'parent' },
      { type: 'sex-answered', sex: 'female' },
      { type: 'pregnancy-answered', status: 'present' },
      { type: 'age-skipped' },
      { type: 'question-answered', answer: { kind: 'measure', value: 3, unit: 'day' } },
      { type: 'question-answered', answer: { kind: 'choice', option: 'left-arm' } },
      { type: 'edit-requested', step: 'words' },
      { type: 'item-rejected', code: 'chest-pain' },
      { type: 'language-chosen', language: 'es' },
    ),
    fc
      .constantFrom(
        'fever',
        'sore throat, no cough',
        'my chest hurts',
        'crushing chest',
        'mi hijo tiene fiebre',
        'hello',
        'pain 8/10 \u200bfever',
      )
      .map((words): IntakeEvent => ({ type: 'words-submitted', words })),
  )
  const run = (events: readonly IntakeEvent[]) => play([...toWords, ...events])

  test('staff are alerted at most once, and always before any packet of an emergency', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 25 }), (events) => {
        const { effects } = run(events)
        expect(effects.filter((e) => e.type === 'alert-staff').length).toBeLessThanOrEqual(1)
        const packet = effects.findIndex((e) => e.type === 'start-assessment' && e.draft.floor.level === 'emergency')
        if (packet >= 0) expect(effects.slice(0, packet).some((e) => e.type === 'alert-staff')).toBe(true)
      }),
      { numRuns: 120 },
    )
  })
  test('every draft keeps the words and quotes them verbatim, and has one finding a code', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 20 }), (events) => {
        const { model, effects } = run(events)
        for (const e of effects) {
          if (e.type !== 'start-assessment') continue
          for (const { quote } of [...e.draft.findings, ...e.draft.measures])
            if (quote) expect(e.draft.words.slice(quote.start, quote.end)).toBe(quote.text)
          expect(new Set(e.draft.findings.map((f) => f.code)).size).toBe(e.draft.findings.length)
        }
        const p = progress(model, derived(model))
        expect(p).toBeGreaterThanOrEqual(0)
        expect(p).toBeLessThanOrEqual(1)
      }),
      { numRuns: 120 },
    )
  })
  test('back never loses an answer', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 20 }), fc.integer({ min: 1, max: 6 }), (events, times) => {
        const { model } = run(events)
        const back = play(
          Array.from({ length: times }, () => ({ type: 'back-requested' }) as const),
          model,
        ).model
        const { step: _s, asking: _a, error: _e, ...kept } = model
        expect(back).toMatchObject(kept)
      }),
      { numRuns: 120 },
    )
  })
})
