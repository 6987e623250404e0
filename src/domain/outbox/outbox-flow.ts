import { backOffMs } from './back-off.ts'

/** A sealed packet waiting on this device. Times are milliseconds since the epoch. Nothing in it is readable here. */
export type OutboxRow = {
  readonly packetId: string
  readonly attempts: number
  readonly notBefore: number
  /** Set when sending it again cannot help: staff must look. */
  readonly dead: DeadReason | null
}
export type DeadReason = 'conflict' | 'refused'

/** `auth`: the server does not accept this device; nothing is sent until it is enrolled or logged in again. */
export type AlertReason = DeadReason | 'auth' | 'receipt-invalid' | 'delayed'

export type OutboxModel = {
  /** In the order they were queued. */
  readonly rows: readonly OutboxRow[]
  /** One at a time; the one flusher holds a lock outside. */
  readonly sending: string | null
  readonly stopped: boolean
  /** The server asked everybody to wait (Retry-After). */
  readonly pausedUntil: number
}

export type SendFailure =
  | { type: 'network' }
  | { type: 'status'; status: number; retryAfterMs?: number }
  /** The server answered 2xx, but its receipt is missing, unsigned or for another packet. */
  | { type: 'receipt-invalid' }

export type OutboxEvent =
  | { type: 'enqueued'; packetId: string; now: number }
  | { type: 'flush-requested'; now: number }
  | { type: 'clock'; now: number }
  /** Only after the receipt was verified against the pinned key, this packet and its hash. */
  | { type: 'sent'; packetId: string; now: number }
  | { type: 'failed'; packetId: string; now: number; jitter: number; failure: SendFailure }
  | { type: 'authenticated'; now: number }
  /** Staff ask for another try of a dead letter. */
  | { type: 'retried'; packetId: string; now: number }

export type OutboxEffect =
  | { type: 'send'; packetId: string }
  | { type: 'save'; row: OutboxRow }
  | { type: 'delete'; packetId: string }
  /** Wake with a `clock` event; replaces the wake-up before. */
  | { type: 'schedule'; afterMs: number }
  | { type: 'alert-staff'; packetId: string; reason: AlertReason }

type Step = { model: OutboxModel; effects: readonly OutboxEffect[] }

/** After this many failures in a row staff are told that a packet is still on the device (about 15 s). */
export const ALERT_AFTER_ATTEMPTS = 4

/** The outbox after a start or reload: whatever was being sent is sent again (the server is idempotent by packet id). */
export const restoreOutbox = (rows: readonly OutboxRow[]): OutboxModel => ({
  rows,
  sending: null,
  stopped: false,
  pausedUntil: 0,
})

/**
 * At-least-once delivery. A row leaves only on a verified receipt; a row that fails waits by itself and never blocks the
 * others; 401 and 403 stop everything until the device is known again.
 */
export const updateOutbox = (model: OutboxModel, event: OutboxEvent): Step => {
  switch (event.type) {
    case 'enqueued': {
      if (find(model, event.packetId)) return flush(model, event.now, [])
      const row: OutboxRow = { packetId: event.packetId, attempts: 0, notBefore: event.now, dead: null }
      return flush({ ...model, rows: [...model.rows, row] }, event.now, [{ type: 'save', row }])
    }
    case 'flush-requested': {
      // Somebody asked (back online, staff): do not sit out the back-off, but keep to what the server asked for.
      const rows = model.rows.map((row) => (row.dead ? row : { ...row, notBefore: Math.min(row.notBefore, event.now) }))
      return flush({ ...model, rows }, event.now, [])
    }
    case 'clock':
      return flush(model, event.now, [])
    case 'authenticated':
      return flush({ ...model, stopped: false }, event.now, [])
    case 'sent': {
      const sending = model.sending === event.packetId ? null : model.sending
      if (!find(model, event.packetId)) return flush({ ...model, sending }, event.now, [])
      const rows = model.rows.filter((row) => row.packetId !== event.packetId)
      return flush({ ...model, rows, sending }, event.now, [{ type: 'delete', packetId: event.packetId }])
    }
    case 'retried': {
      const row = find(model, event.packetId)
      if (!row?.dead) return { model, effects: [] }
      return replace(model, { ...row, dead: null, attempts: 0, notBefore: event.now }, event.now, [])
    }
    case 'failed': {
      const row = find(model, event.packetId)
      if (!row || model.sending !== event.packetId) return { model, effects: [] }
      return fail({ ...model, sending: null }, row, event)
    }
  }
}

const find = (model: OutboxModel, packetId: string): OutboxRow | undefined => model.rows.find((row) => row.packetId === packetId)

const replace = (model: OutboxModel, row: OutboxRow, now: number, alerts: readonly OutboxEffect[]): Step =>
  flush({ ...model, rows: model.rows.map((r) => (r.packetId === row.packetId ? row : r)) }, now, [
    { type: 'save', row },
    ...alerts,
  ])

const fail = (model: OutboxModel, row: OutboxRow, { now, jitter, failure }: Extract<OutboxEvent, { type: 'failed' }>): Step => {
  const alert = (reason: AlertReason): OutboxEffect => ({ type: 'alert-staff', packetId: row.packetId, reason })
  const status = failure.type === 'status' ? failure.status : null
  if (status === 401 || status === 403) return { model: { ...model, stopped: true }, effects: [alert('auth')] }
  if (status === 409) return replace(model, { ...row, dead: 'conflict' }, now, [alert('conflict')])
  if (status !== null && status >= 400 && status < 500 && status !== 408 && status !== 429) {
    return replace(model, { ...row, dead: 'refused' }, now, [alert('refused')])
  }
  const attempts = row.attempts + 1
  const asked = failure.type === 'status' ? (failure.retryAfterMs ?? 0) : 0
  const wait = backOffMs(attempts, jitter, asked)
  const pausedUntil = asked > 0 ? Math.max(model.pausedUntil, now + wait) : model.pausedUntil
  const alerts = [
    ...(failure.type === 'receipt-invalid' ? [alert('receipt-invalid')] : []),
    ...(attempts === ALERT_AFTER_ATTEMPTS ? [alert('delayed')] : []),
  ]
  return replace({ ...model, pausedUntil }, { ...row, attempts, notBefore: now + wait }, now, alerts)
}

/** Sends the first row that is due, or plans the next wake-up. */
const flush = (model: OutboxModel, now: number, before: readonly OutboxEffect[]): Step => {
  const live = model.rows.filter((row) => row.dead === null)
  if (model.stopped || model.sending !== null || live.length === 0) return { model, effects: before }
  const due = now >= model.pausedUntil ? live.find((row) => row.notBefore <= now) : undefined
  if (due) return { model: { ...model, sending: due.packetId }, effects: [...before, { type: 'send', packetId: due.packetId }] }
  const next = Math.max(model.pausedUntil, Math.min(...live.map((row) => row.notBefore)))
  return { model, effects: [...before, { type: 'schedule', afterMs: next - now }] }
}
