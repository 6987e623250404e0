/** How long a kiosk may lie untouched. Milliseconds. */
export const IDLE = { warnAfterMs: 60_000, countdownMs: 20_000 } as const

/** Why a session was wiped; travels into the ledger as a token. */
export type WipeReason = 'ended' | 'idle' | 'crash'

/** `active`: someone is there. `warning`: the countdown runs. `wiped`: everything of the session is gone; final. */
export type IdleModel =
  | { readonly state: 'active'; readonly lastActivity: number }
  | { readonly state: 'warning'; readonly wipeAt: number }
  | { readonly state: 'wiped'; readonly reason: WipeReason }

/** Times are milliseconds of one monotonic clock; `tick` comes about once a second while a session is open. */
export type IdleEvent =
  | { type: 'activity'; now: number }
  | { type: 'tick'; now: number }
  /** The patient asks for more time. */
  | { type: 'extended'; now: number }
  | { type: 'ended' }
  /** A start found leftovers of a session that did not end. */
  | { type: 'crash-recovered' }

export type IdleEffect =
  | { type: 'show-warning'; remainingMs: number }
  | { type: 'hide-warning' }
  | { type: 'wipe'; reason: WipeReason }

type Step = { model: IdleModel; effects: readonly IdleEffect[] }

export const startIdle = (now: number): IdleModel => ({ state: 'active', lastActivity: now })

const wipe = (reason: WipeReason): Step => ({ model: { state: 'wiped', reason }, effects: [{ type: 'wipe', reason }] })

/**
 * active → warning (after 60 s untouched) → wiped (20 s later). Any touch while warning shown keeps the session. A tick
 * that comes very late (the device slept) wipes at once: whoever stands there now may be somebody else.
 */
export const updateIdle = (model: IdleModel, event: IdleEvent): Step => {
  if (model.state === 'wiped') return { model, effects: [] }
  if (event.type === 'ended') return wipe('ended')
  if (event.type === 'crash-recovered') return wipe('crash')
  const wipeAt = model.state === 'active' ? model.lastActivity + IDLE.warnAfterMs + IDLE.countdownMs : model.wipeAt
  if (event.now >= wipeAt) return wipe('idle')
  if (event.type === 'tick') {
    const remainingMs = wipeAt - event.now
    if (remainingMs > IDLE.countdownMs) return { model, effects: [] }
    return { model: { state: 'warning', wipeAt }, effects: [{ type: 'show-warning', remainingMs }] }
  }
  return { model: startIdle(event.now), effects: model.state === 'warning' ? [{ type: 'hide-warning' }] : [] }
}
