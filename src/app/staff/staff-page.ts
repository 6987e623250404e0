import { runStaffEffects, type StaffDeps } from '../effects/staff-effects.ts'
import { createLoop } from '../loop.ts'
import type { Clock } from '../ports/clock.ts'
import type { StaffAction, StaffEffect, StaffEvent } from './staff-events.ts'
import { type StaffModel, signedOut } from './staff-model.ts'
import { updateStaff } from './staff-update.ts'

/** What the staff page's screens work with. */
export type StaffPage = {
  model(): StaffModel
  send(action: StaffAction): void
  subscribe(listener: (model: StaffModel) => void): () => void
  stop(): void
}

/** Activity is noted at most this often: a moving pointer is not a hundred events. Milliseconds. */
const TOUCH_EVERY_MS = 5000

/** Wires flow, effects and the one-second clock; one staff page a window. */
export const createStaffPage = (deps: StaffDeps & { clock: Clock }): StaffPage => {
  const loop = createLoop<StaffModel, StaffEvent, StaffEffect>({
    initial: signedOut({ now: deps.clock.now() }),
    update: (model, event) => updateStaff(model, event, deps.clock.now()),
    run: runStaffEffects(deps),
  })
  let touchedAt = 0
  return {
    model: loop.model,
    send: (action) => {
      if (action.type === 'touched') {
        if (deps.clock.now() - touchedAt < TOUCH_EVERY_MS) return
        touchedAt = deps.clock.now()
      }
      loop.dispatch(action)
    },
    subscribe: loop.subscribe,
    stop: deps.clock.every(1000, () => loop.dispatch({ type: 'ticked' })),
  }
}
