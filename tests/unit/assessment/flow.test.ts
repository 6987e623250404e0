import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DISCLAIMER, type Verdict, type Violation } from '#contracts/clinical/assessment.ts'
import { TriageLevel } from '#contracts/clinical/triage-level.ts'
import { type AssessEvent, type AssessModel, initialAssess, MAX_ATTEMPTS, updateAssess } from '#domain/assessment/flow.ts'

const output = {
  level: 'medium',
  summary: 'Preliminary assessment: sore throat reported.',
  concerns: [{ text: 'Sore throat reported.', cites: ['f1'] }],
  actions: [{ text: 'Arrange routine review.', cites: ['f1'] }],
  disclaimer: DISCLAIMER.en,
}
const refusing =
  (...constraints: Violation['constraint'][]) =>
  (): Verdict => ({ valid: false, violations: constraints.map((constraint) => ({ constraint, path: 'summary' })) })
const accepting = (): Verdict => ({ valid: true })

const started = (floor: TriageLevel = 'medium', modelReady = true): AssessEvent => ({ type: 'started', floor, modelReady })
const wrote = (validate: (raw: unknown) => Verdict, text = JSON.stringify(output)): AssessEvent => ({
  type: 'generated',
  text,
  validate,
})
const failed = (reason: Extract<AssessEvent, { type: 'failed' }>['reason']): AssessEvent => ({ type: 'failed', reason })

const play = (events: readonly AssessEvent[]) => {
  let model: AssessModel = initialAssess
  const effects = events.map((event) => {
    const step = updateAssess(model, event)
    model = step.model
    return step.effects
  })
  return { model, effects, last: effects.at(-1) ?? [] }
}
const handOff = (reason: string, attempts: number, violated: string[] = []) => ({ kind: 'hand-off', reason, attempts, violated })
const notJson = wrote(accepting, '{"level": "med')

describe('given these events, the outcome is', () => {
  test.each<[string, AssessEvent[], unknown]>([
    ['an emergency: no waiting for the model', [started('emergency')], handOff('emergency', 0)],
    ['an emergency without a model: still an emergency', [started('emergency', false)], handOff('emergency', 0)],
    ['no model', [started('high', false)], handOff('model-unavailable', 0)],
    ['valid at once', [started(), wrote(accepting)], { kind: 'assessment', assessment: output, attempts: 1 }],
    [
      'invalid, then valid',
      [started(), wrote(refusing('no-diagnosis')), wrote(accepting)],
      { kind: 'assessment', assessment: output, attempts: 2 },
    ],
    [
      'invalid twice, then valid',
      [started(), wrote(refusing('markup')), notJson, wrote(accepting)],
      { kind: 'assessment', assessment: output, attempts: 3 },
    ],
    [
      'invalid three times: every constraint once, in order',
      [
        started(),
        wrote(refusing('no-diagnosis', 'markup')),
        wrote(refusing('markup')),
        wrote(refusing('no-medication', 'markup')),
      ],
      handOff('invalid-output', 3, ['no-diagnosis', 'markup', 'no-medication']),
    ],
    ['never JSON', [started(), notJson, notJson, notJson], handOff('invalid-output', 3, ['schema'])],
    [
      'empty text',
      [started(), wrote(accepting, ''), wrote(accepting, ' '), wrote(accepting, 'null,')],
      handOff('invalid-output', 3, ['schema']),
    ],
    ['timeout', [started(), failed('timeout')], handOff('timeout', 1)],
    ['engine failure', [started(), failed('model-failed')], handOff('model-failed', 1)],
    ['integrity', [started(), failed('integrity')], handOff('integrity', 1)],
    ['disabled', [started(), failed('disabled')], handOff('disabled', 1)],
    [
      'timeout after an invalid output keeps what was violated',
      [started(), wrote(refusing('must-escalate')), failed('timeout')],
      handOff('timeout', 2, ['must-escalate']),
    ],
  ])('%s', (_name, events, outcome) => {
    const { model, last } = play(events)
    expect(model.state).toBe('done')
    expect(model.outcome).toEqual(outcome)
    expect(last).toEqual([{ type: 'finished', outcome }])
  })
})

test('attempt 1 is greedy; later ones sample, each with its own seed', () => {
  const { effects } = play([started(), notJson, notJson])
  expect(effects).toEqual([
    [{ type: 'generate', attempt: 1, temperature: 0, seed: 1 }],
    [{ type: 'generate', attempt: 2, temperature: 0.3, seed: 2 }],
    [{ type: 'generate', attempt: 3, temperature: 0.5, seed: 3 }],
  ])
})

test('what comes after the end changes nothing', () => {
  const { model } = play([started(), wrote(accepting)])
  for (const late of [started(), wrote(accepting), failed('timeout')])
    expect(updateAssess(model, late)).toEqual({ model, effects: [] })
})

const anyEvent: fc.Arbitrary<AssessEvent> = fc.oneof(
  fc.record({ type: fc.constant('started' as const), floor: fc.constantFrom(...TriageLevel.options), modelReady: fc.boolean() }),
  fc.constantFrom(notJson, wrote(accepting), wrote(refusing('no-certainty')), failed('timeout'), failed('model-failed')),
)

test('whatever happens: at most three attempts, one end, no rejected text in it', () => {
  fc.assert(
    fc.property(fc.array(anyEvent, { minLength: 1, maxLength: 12 }), (tail) => {
      const { model, effects } = play([started(), ...tail])
      const all = effects.flat()
      expect(all.filter((e) => e.type === 'finished').length).toBeLessThanOrEqual(1)
      expect(model.attempts).toBeLessThanOrEqual(MAX_ATTEMPTS)
      if (model.outcome?.kind === 'hand-off') expect(JSON.stringify(model.outcome)).not.toContain('sore throat')
    }),
  )
})

test('an emergency floor never asks the model for anything', () => {
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 8 }), (tail) => {
      const { effects } = play([started('emergency'), ...tail])
      expect(effects.flat().some((e) => e.type === 'generate')).toBe(false)
    }),
  )
})
