import { describe, expect, test } from 'vitest'
import type { NarrativeReading } from '#contracts/workers/understanding.ts'
import { readingKey } from '#domain/intake/derive.ts'
import type { IntakeEvent } from '#domain/intake/events.ts'
import { initialIntake } from '#domain/intake/model.ts'
import { understoodItems } from '#domain/intake/understood.ts'
import { type IntakeStep, updateIntake } from '#domain/intake/update.ts'
import { deps, derived, toWords } from './intake-fixture.ts'

const withEncoder = { ...deps, encoder: true }
const step = ({ model }: Pick<IntakeStep, 'model'>, event: IntakeEvent): IntakeStep => updateIntake(model, event, withEncoder)
const start = (events: readonly IntakeEvent[]): IntakeStep =>
  events.reduce<IntakeStep>(step, { model: initialIntake(), effects: [] })

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
