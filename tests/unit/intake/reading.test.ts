import { describe, expect, test } from 'vitest'
import type { NarrativeReading } from '#contracts/workers/understanding.ts'
import type { Answer } from '#domain/intake/answer.ts'
import { readingKey } from '#domain/intake/derive.ts'
import type { IntakeEvent } from '#domain/intake/events.ts'
import { initialIntake } from '#domain/intake/model.ts'
import { understoodItems } from '#domain/intake/understood.ts'
import { type IntakeStep, updateIntake } from '#domain/intake/update.ts'
import { storyOf } from '#domain/understanding/understand.ts'
import { deps, derived, toWords } from './intake-fixture.ts'

const withEncoder = { ...deps, encoder: true }
const step = ({ model }: Pick<IntakeStep, 'model'>, event: IntakeEvent): IntakeStep => updateIntake(model, event, withEncoder)
const start = (events: readonly IntakeEvent[]): IntakeStep =>
  events.reduce<IntakeStep>(step, { model: initialIntake(), effects: [] })

/** The answer that denies what is asked. */
const noTo = ({ model }: IntakeStep): Answer => {
  const question = derived(model).next?.question
  if (question?.kind === 'yes-no') return { kind: 'yes-no', value: 'no' }
  return question?.kind === 'multi' ? { kind: 'multi', options: [] } : { kind: 'skipped' }
}

const words = 'it burns when i swallow'
const told = start([...toWords, { type: 'words-submitted', words }])
const reading: NarrativeReading = {
  encoder: 'tiny@1',
  told: [{ code: 'sore-throat', probability: 0.9, start: 3, end: 23 }],
  unseen: ['drooling'],
  level: { emergency: 0.01, high: 0.04, medium: 0.15, low: 0.8 },
  complaints: [{ icpc2: 'R21', probability: 0.9 }],
}
const answer = (of = readingKey(told.model), more: NarrativeReading | null = reading): IntakeEvent => ({
  type: 'words-read',
  of,
  reading: more,
})

describe('words wait for the encoder', () => {
  test('they are sent to be read once, with who they are about', () => {
    expect(told.model.step).toBe('reading')
    const effects = told.effects.filter((e) => e.type === 'read-words')
    expect(effects).toEqual([
      { type: 'read-words', of: readingKey(told.model), words, profile: expect.objectContaining({ sex: 'male' }), urgent: false },
    ])
    expect(step(told, { type: 'language-switched', language: 'es' }).effects.some((e) => e.type === 'read-words')).toBe(false)
  })
  test('what was read is shown to be confirmed, with the words behind it', () => {
    const read = step(told, answer())
    expect(read.model.step).toBe('confirm')
    expect(read.model.understanding?.findings).toContainEqual(
      expect.objectContaining({
        code: 'sore-throat',
        status: 'present',
        source: 'model',
        quote: { text: 'burns when i swallow', start: 3, end: 23 },
      }),
    )
    expect(read.model.understanding?.story?.level.low).toBe(0.8)
  })
  test('what is only possible is no fact before the patient has seen it', () => {
    const possible = { ...reading, told: [{ code: 'chest-pain', probability: 0.3, start: 3, end: 8 }] }
    const read = step(told, answer(undefined, possible))
    expect(derived(read.model).facts.findings.has('chest-pain')).toBe(false)
    expect(understoodItems(read.model, deps.content.lexicon)).toContainEqual(
      expect.objectContaining({ code: 'chest-pain', unsure: true, kept: false }),
    )
    const passed = step(read, { type: 'understood-confirmed' })
    expect(derived(passed.model).facts.findings.has('chest-pain')).toBe(false)
    const meant = step(step(read, { type: 'item-restored', code: 'chest-pain' }), { type: 'understood-confirmed' })
    expect(derived(meant.model).facts.findings.get('chest-pain')).toBe('present')
  })
  test('without an answer the lexicon reads alone', () => {
    const read = step(told, answer(undefined, null))
    expect(read.model.step).toBe('confirm')
    expect(read.model.understanding?.story).toBeNull()
  })
  test('an answer to other words, or about somebody else, changes nothing', () => {
    expect(step(told, answer('something else')).model).toBe(told.model)
  })
  test('back leads to the words, and a late answer does not pull the patient away from them', () => {
    const back = step(told, { type: 'back-requested' })
    expect(back.model.step).toBe('words')
    const late = step(back, answer())
    expect(late.model.step).toBe('words')
    expect(late.model.understanding).not.toBeNull()
  })
  test('what the lexicon takes for an emergency is marked urgent, and called even when the reading comes late', () => {
    const grave = start([...toWords, { type: 'words-submitted', words: 'crushing feeling in my chest' }])
    expect(grave.effects.find((e) => e.type === 'read-words')).toMatchObject({ urgent: true })
    const late = step(step(grave, { type: 'back-requested' }), answer(readingKey(grave.model), null))
    expect(late.model.step).toBe('emergency')
    expect(late.effects.some((e) => e.type === 'alert-staff')).toBe(true)
  })
  test('what the encoder doubts is shown to be confirmed, and counts once it is', () => {
    const grave = start([...toWords, { type: 'words-submitted', words: 'crushing feeling in my chest' }])
    const read = step(grave, answer(readingKey(grave.model), { ...reading, told: [], unseen: ['crushing-pain'] }))
    expect(read.model.step).toBe('confirm')
    expect(understoodItems(read.model, deps.content.lexicon)).toContainEqual(
      expect.objectContaining({ code: 'crushing-pain', unsure: true }),
    )
    expect(step(read, { type: 'understood-confirmed' }).model.step).not.toBe('emergency')
    const meant = step(read, { type: 'item-restored', code: 'crushing-pain' })
    expect(step(meant, { type: 'understood-confirmed' }).model.step).toBe('emergency')
  })
  test('another age is another reading', () => {
    const read = step(told, answer())
    const edited = step({ model: { ...read.model, step: 'age' } }, { type: 'age-entered', value: '2', unit: 'year' })
    expect(edited.model.step).toBe('reading')
    expect(edited.effects.filter((e) => e.type === 'read-words')).toHaveLength(1)
  })
})

describe('the story is read once more with the answers', () => {
  const answered = ((): IntakeStep => {
    let now = step(step(told, answer()), { type: 'understood-confirmed' })
    for (let n = 0; now.model.step === 'question' && n < 60; n++)
      now = step(now, { type: 'question-answered', answer: noTo(now) })
    now = step(now, { type: 'history-skipped' })
    return step(now, { type: 'vitals-skipped' })
  })()
  const sent = step(answered, { type: 'send-requested' })
  const asked = sent.effects.find((e) => e.type === 'read-words')
  const graver = { ...reading, level: { emergency: 0.6, high: 0.2, medium: 0.1, low: 0.1 } }

  test('when the patient sends, before anything is assessed', () => {
    expect(answered.model.step).toBe('review')
    expect(sent.model).toMatchObject({ step: 'sending', sending: 'reading' })
    expect(asked?.answers).toContain('no: ')
    expect(sent.effects.some((e) => e.type === 'start-assessment')).toBe(false)
  })
  test('what it says then counts in the packet', () => {
    const urgent = { ...reading, level: { emergency: 0.1, high: 0.6, medium: 0.2, low: 0.1 } }
    const next = step(sent, answer(asked?.of, urgent))
    expect(next.model).toMatchObject({ step: 'sending', sending: 'assessing', retold: { extent: 'whole' } })
    const start = next.effects.find((e) => e.type === 'start-assessment')
    expect(start?.draft.floor.fired[0]).toMatchObject({ protocolId: 'acuity', level: 'high' })
  })
  test('it may be calmer than the first words were', () => {
    const worried = { ...reading, level: { emergency: 0.05, high: 0.6, medium: 0.25, low: 0.1 } }
    const first = {
      ...answered.model,
      understanding: answered.model.understanding && { ...answered.model.understanding, story: storyOf(worried, words) },
    }
    expect(derived(first).floor.level).toBe('high')
    const calm = step(step({ model: first }, { type: 'send-requested' }), answer(asked?.of, reading))
    expect(derived(calm.model).floor.level).not.toBe('high')
  })
  test('staff are alerted when it is an emergency now', () => {
    const next = step(sent, answer(asked?.of, graver))
    expect(next.model).toMatchObject({ step: 'emergency', alert: 'sending', sending: 'assessing' })
    expect(next.effects.filter((e) => e.type === 'alert-staff' || e.type === 'start-assessment')).toHaveLength(2)
  })
  test('without it the first reading stands, is told by all that was asked, and is not tried again', () => {
    const next = step(sent, answer(asked?.of, null))
    expect(next.model).toMatchObject({ sending: 'assessing', retold: { extent: 'asked', story: { level: reading.level } } })
    expect(next.effects.some((e) => e.type === 'start-assessment')).toBe(true)
    const again = step(step(next, { type: 'packet-failed' }), { type: 'send-requested' })
    expect(again.model.sending).toBe('assessing')
    expect(again.effects.some((e) => e.type === 'read-words')).toBe(false)
  })
  test('where everything was skipped there is nothing to read again, but no question left either', () => {
    const grave = { ...reading, level: { emergency: 0.5, high: 0.3, medium: 0.1, low: 0.1 } }
    let now = step(step(told, answer(undefined, grave)), { type: 'understood-confirmed' })
    for (let n = 0; now.model.step === 'question' && n < 60; n++)
      now = step(now, { type: 'question-answered', answer: { kind: 'skipped' } })
    now = step(step(now, { type: 'history-skipped' }), { type: 'vitals-skipped' })
    expect(now.model).toMatchObject({ step: 'review', alert: 'none' })
    expect(step(now, { type: 'send-requested' }).model).toMatchObject({ step: 'emergency', alert: 'sending' })
  })
  test('a late answer to the words alone is not taken for it, nor a second one', () => {
    expect(step(sent, answer()).model).toBe(sent.model)
    const next = step(sent, answer(asked?.of))
    expect(step(next, answer(asked?.of, graver)).model).toBe(next.model)
  })
  test('another language meanwhile does not make it stale', () => {
    const switched = step(sent, { type: 'language-switched', language: 'es' })
    expect(step(switched, answer(asked?.of)).model.sending).toBe('assessing')
  })
})
