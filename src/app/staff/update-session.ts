import type { StaffEvent, Step } from './staff-events.ts'
import { still } from './staff-events.ts'
import { type Fault, type SignedIn, type SignedOut, type StaffModel, signedOut } from './staff-model.ts'

/** How long a staff page may lie untouched before its keys are forgotten; the last minute counts down. Milliseconds. */
export const STAFF_IDLE = { afterMs: 15 * 60_000, warnMs: 60_000 } as const

/** Milliseconds until an untouched page signs itself out. */
export const idleLeftMs = (model: SignedIn): number => Math.max(0, model.lastActivity + STAFF_IDLE.afterMs - model.now)

const EMPTY_LEDGER = { entries: [], next: null, chain: { state: 'unchecked' }, loading: false, fault: null } as const

const waitOf = (fault: Fault, now: number): number | null =>
  fault.type === 'status' && fault.status === 429 ? now + (fault.retryAfterMs ?? 60_000) : null

/** Nothing of the session survives: the next person at this device starts from an empty page. */
export const leave = (notice: SignedOut['notice'], now: number, tellServer: boolean): Step<StaffModel> => ({
  model: signedOut({ now, notice }),
  effects: [{ type: 'sign-out', tellServer }],
})

/** The page without a person: events of a session that ended have no effect here. */
export const updateSignedOut = (model: SignedOut, event: StaffEvent, now: number): Step<StaffModel> => {
  switch (event.type) {
    case 'ticked':
      return still({ ...model, now, waitUntil: model.waitUntil !== null && model.waitUntil <= now ? null : model.waitUntil })
    case 'sign-in-asked': {
      const username = event.username.trim()
      if (model.busy || model.waitUntil !== null || username === '' || event.passphrase === '') return still(model)
      return {
        model: { ...model, username, busy: true, fault: null, notice: null, now },
        effects: [{ type: 'sign-in', username, passphrase: event.passphrase }],
      }
    }
    case 'sign-in-failed':
      return still({ ...model, busy: false, fault: event.fault, waitUntil: waitOf(event.fault, now), now })
    case 'signed-in':
      return begin(event, now)
    default:
      return still(model)
  }
}

const begin = (event: Extract<StaffEvent, { type: 'signed-in' }>, now: number): Step<StaffModel> => ({
  model: {
    state: 'signed-in',
    person: event.person,
    clinic: event.clinic,
    directory: event.directory,
    labels: new Map(),
    screen: event.person.role === 'doctor' ? 'doctor' : 'queue',
    now,
    offset: Date.parse(event.clinic.serverTime) - now,
    lastActivity: now,
    connected: false,
    items: [],
    includeClosed: false,
    loadedAt: null,
    triedAt: now,
    queueFault: null,
    opened: new Map(),
    calls: [],
    answering: new Set(),
    sound: false,
    packet: null,
    ledger: EMPTY_LEDGER,
    devices: { devices: null, code: null, busy: false, fault: null },
    announcement: null,
  },
  effects: [
    { type: 'read-labels' },
    { type: 'listen' },
    { type: 'read-queue', include: 'open' },
    { type: 'read-calls' },
    // Names of the kiosks that packets come from.
    { type: 'read-devices' },
  ],
})

/** How often the queue is asked for when hints come in, and when they do not. Milliseconds. */
const POLL = { connectedMs: 60_000, otherwiseMs: 8_000 } as const

/** One second passed: idle pages sign out, a queue that heard nothing is asked for again. */
export const tick = (model: SignedIn, now: number): Step<StaffModel> => {
  if (now - model.lastActivity >= STAFF_IDLE.afterMs) return leave('idle', now, true)
  const isDue = now - model.triedAt >= (model.connected && model.queueFault === null ? POLL.connectedMs : POLL.otherwiseMs)
  const code = model.devices.code
  const expired = code !== null && Date.parse(code.expiresAt) <= now + model.offset
  const next: SignedIn = { ...model, now, ...(expired ? { devices: { ...model.devices, code: null } } : {}) }
  if (!isDue) return still(next)
  return {
    model: { ...next, triedAt: now },
    effects: [
      ...(model.connected ? [] : [{ type: 'listen' } as const]),
      { type: 'read-queue', include: model.includeClosed ? 'all' : 'open' },
      { type: 'read-calls' },
    ],
  }
}
