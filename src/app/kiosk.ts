import { type Derived, derive, type IntakeDeps } from '#domain/intake/derive.ts'
import type { IntakeEvent } from '#domain/intake/events.ts'
import type { IntakeModel } from '#domain/intake/model.ts'
import { compileLexicon } from '#domain/understanding/lexicon-index.ts'
import { type KioskDeps, runKioskEffect } from './effects/kiosk-effects.ts'
import { initialKiosk, type KioskEffect, type KioskEvent, type KioskModel, updateKiosk } from './kiosk-flow.ts'
import { createLoop } from './loop.ts'

export type { KioskDeps } from './effects/kiosk-effects.ts'

/** What the kiosk's screens work with. */
export type Kiosk = {
  readonly intakeDeps: IntakeDeps
  model(): KioskModel
  derived(intake: IntakeModel): Derived
  send(event: IntakeEvent): void
  /** Somebody touched the device. */
  touched(): void
  /** The patient asks for more time, or to clear everything now. */
  extend(): void
  clear(): void
  subscribe(listener: (model: KioskModel) => void): () => void
  /** Where the reader's attention goes after a step or an error. */
  onFocus(listener: (target: 'heading' | 'error') => void): void
  stop(): void
}

/** Wires the flow, its effects and the idle watch; one kiosk a page. */
export const createKiosk = (deps: KioskDeps): Kiosk => {
  const intakeDeps: IntakeDeps = {
    content: deps.content,
    lexiconIndex: compileLexicon(deps.content.lexicon),
    encoder: deps.reader !== undefined,
  }
  let focus = (_target: 'heading' | 'error'): void => undefined
  const loop = createLoop<KioskModel, KioskEvent, KioskEffect>({
    initial: initialKiosk(deps.clock.elapsed()),
    update: (model, event) => updateKiosk(model, event, { ...intakeDeps, elapsed: () => deps.clock.elapsed() }),
    run: runKioskEffect(deps, (target) => focus(target)),
  })
  const idle = (type: 'activity' | 'tick' | 'extended') =>
    loop.dispatch({ type: 'idle', event: { type, now: deps.clock.elapsed() } })
  const stopTicks = deps.clock.every(1000, () => idle('tick'))
  let memo: { intake: IntakeModel; derived: Derived } | null = null
  return {
    intakeDeps,
    model: loop.model,
    derived: (intake) => {
      if (memo?.intake !== intake) memo = { intake, derived: derive(intake, intakeDeps) }
      return memo.derived
    },
    send: (event) => {
      if (event.type === 'consent-given') {
        deps.reader?.warmUp()
        deps.assessor.warmUp()
      }
      loop.dispatch({ type: 'intake', event })
    },
    touched: () => {
      // While the warning shows, only an explicit choice counts: a bag on the screen is not a patient.
      if (loop.model().remainingMs === null) idle('activity')
    },
    extend: () => idle('extended'),
    clear: () => loop.dispatch({ type: 'idle', event: { type: 'ended' } }),
    subscribe: loop.subscribe,
    onFocus: (listener) => {
      focus = listener
    },
    stop: stopTicks,
  }
}
