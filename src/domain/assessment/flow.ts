import type { Assessment, Verdict } from '#contracts/clinical/assessment.ts'
import type { AssessmentOutcome, HandOffReason } from '#contracts/clinical/packet.ts'
import type { TriageLevel } from '#contracts/clinical/triage-level.ts'
import { parseOutput } from './parse.ts'

/** First try and two more (DESIGN §1); then a person takes over without AI text. */
export const MAX_ATTEMPTS = 3

export type AssessModel = {
  readonly state: 'idle' | 'generating' | 'done'
  readonly attempts: number
  readonly violated: readonly string[]
  readonly outcome: AssessmentOutcome | null
}

export type AssessEvent =
  | { type: 'started'; floor: TriageLevel; modelReady: boolean }
  /** The engine wrote something; `verdict` is the validator's answer to it, null when it was not JSON. */
  | { type: 'generated'; text: string; validate: (raw: unknown) => Verdict }
  | { type: 'failed'; reason: Exclude<HandOffReason, 'invalid-output' | 'emergency'> }

export type AssessEffect =
  /** Attempt 1 is greedy; later ones sample, with a seed, so that they can differ. */
  { type: 'generate'; attempt: number; temperature: number; seed: number } | { type: 'finished'; outcome: AssessmentOutcome }

export const initialAssess: AssessModel = { state: 'idle', attempts: 0, violated: [], outcome: null }

type Step = { model: AssessModel; effects: readonly AssessEffect[] }

const generate = (model: AssessModel, attempt: number): Step => ({
  model: { ...model, state: 'generating', attempts: attempt },
  effects: [{ type: 'generate', attempt, temperature: attempt === 1 ? 0 : 0.3 + 0.2 * (attempt - 2), seed: attempt }],
})

const finish = (model: AssessModel, outcome: AssessmentOutcome): Step => ({
  model: { ...model, state: 'done', outcome },
  effects: [{ type: 'finished', outcome }],
})

const handOff = (model: AssessModel, reason: HandOffReason): Step =>
  finish(model, { kind: 'hand-off', reason, attempts: model.attempts, violated: [...new Set(model.violated)] })

/**
 * Generate → validate → regenerate (≤ 2) → hand-off. An emergency never waits for the model: the packet goes out at once
 * with the rules alone. Any failure of the engine ends in a hand-off that names the reason.
 */
export const updateAssess = (model: AssessModel, event: AssessEvent): Step => {
  if (model.state === 'done') return { model, effects: [] }
  switch (event.type) {
    case 'started':
      if (event.floor === 'emergency') return handOff(model, 'emergency')
      return event.modelReady ? generate(model, 1) : handOff(model, 'model-unavailable')
    case 'failed':
      return handOff(model, event.reason)
    case 'generated': {
      const parsed = parseOutput(event.text)
      const verdict: Verdict = parsed.ok
        ? event.validate(parsed.value)
        : { valid: false, violations: [{ constraint: 'schema', path: '' }] }
      if (parsed.ok && verdict.valid) {
        return finish(model, { kind: 'assessment', assessment: parsed.value as Assessment, attempts: model.attempts })
      }
      const violated = verdict.valid ? model.violated : [...model.violated, ...verdict.violations.map((v) => v.constraint)]
      const next = { ...model, violated }
      return next.attempts < MAX_ATTEMPTS ? generate(next, next.attempts + 1) : handOff(next, 'invalid-output')
    }
  }
}
