import type { IntakeDeps } from '#domain/intake/derive.ts'
import type { IntakeEffect, IntakeEvent } from '#domain/intake/events.ts'
import { type IntakeModel, initialIntake } from '#domain/intake/model.ts'
import { updateIntake } from '#domain/intake/update.ts'
import {
  type IdleEffect,
  type IdleEvent,
  type IdleModel,
  startIdle,
  updateIdle,
  type WipeReason,
} from '#domain/retention/idle-reset.ts'

/** The intake and the watch over an abandoned device, side by side. `remainingMs` while the warning shows. */
export type KioskModel = {
  readonly intake: IntakeModel
  readonly idle: IdleModel
  readonly remainingMs: number | null
  /** When the packet of an emergency was queued; the screen stays for a while after it. */
  readonly emergencyQueuedAt: number | null
  /** The session is being erased; nothing may be entered any more. */
  readonly ending: boolean
}
export type KioskEvent =
  | { type: 'intake'; event: IntakeEvent }
  | { type: 'idle'; event: IdleEvent }
  | { type: 'wiped'; now: number }
export type KioskEffect = Exclude<IntakeEffect, { type: 'wipe' }> | { type: 'wipe'; reason: WipeReason }
export type KioskStep = { model: KioskModel; effects: readonly KioskEffect[] }

/** How long "tell staff now" stays when nobody touches the screen. Milliseconds. */
export const EMERGENCY_STAYS_MS = 10 * 60_000

export const initialKiosk = (now: number): KioskModel => ({
  intake: initialIntake(),
  idle: startIdle(now),
  remainingMs: null,
  emergencyQueuedAt: null,
  ending: false,
})

/** An empty welcome screen needs no watch, and a packet on its way out must not be cut off by it. */
const watched = (model: KioskModel, now: number): boolean => {
  const { step, sending } = model.intake
  if (step === 'language') return false
  if (sending === 'assessing' || sending === 'sealing') return false
  return step !== 'emergency' || (model.emergencyQueuedAt !== null && now - model.emergencyQueuedAt > EMERGENCY_STAYS_MS)
}

const onIdle = (model: KioskModel, event: IdleEvent): KioskStep => {
  if (model.ending) return { model, effects: [] }
  if ('now' in event && !watched(model, event.now)) {
    return { model: { ...model, idle: startIdle(event.now), remainingMs: null }, effects: [] }
  }
  const step = updateIdle(model.idle, event)
  let next: KioskModel = { ...model, idle: step.model }
  const effects: KioskEffect[] = []
  const by: { [K in IdleEffect['type']]: (e: Extract<IdleEffect, { type: K }>) => void } = {
    'show-warning': (e) => {
      next = { ...next, remainingMs: e.remainingMs }
    },
    'hide-warning': () => {
      next = { ...next, remainingMs: null }
    },
    wipe: (e) => {
      next = { ...next, ending: true, remainingMs: null }
      effects.push({ type: 'wipe', reason: e.reason })
    },
  }
  for (const effect of step.effects) by[effect.type](effect as never)
  return { model: same(model, next) ? model : next, effects }
}

const same = (a: KioskModel, b: KioskModel): boolean =>
  a.idle === b.idle && a.remainingMs === b.remainingMs && a.ending === b.ending && a.intake === b.intake

const onIntake = (model: KioskModel, event: IntakeEvent, deps: KioskFlowDeps): KioskStep => {
  if (model.ending) return { model, effects: [] }
  const step = updateIntake(model.intake, event, deps)
  const ended = step.effects.some((e) => e.type === 'wipe')
  const queuedNow = step.model.step === 'emergency' && step.model.sending === 'queued' && model.emergencyQueuedAt === null
  const emergencyQueuedAt = queuedNow ? deps.elapsed() : model.emergencyQueuedAt
  // The screen stays as it was until the session is erased: an ended intake is not shown as a new one with old data behind it.
  const intake = ended ? model.intake : step.model
  return { model: { ...model, intake, ending: ended, emergencyQueuedAt }, effects: step.effects }
}

export type KioskFlowDeps = IntakeDeps & { elapsed: () => number }

/** One pure step of the kiosk, but for the monotonic time that `deps` gives. */
export const updateKiosk = (model: KioskModel, event: KioskEvent, deps: KioskFlowDeps): KioskStep => {
  switch (event.type) {
    case 'intake':
      return onIntake(model, event.event, deps)
    case 'idle':
      return onIdle(model, event.event)
    case 'wiped':
      return { model: initialKiosk(event.now), effects: [{ type: 'focus', target: 'heading' }] }
  }
}
