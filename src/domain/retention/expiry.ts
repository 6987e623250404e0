/** Rows a kiosk keeps, all of them ciphertext. See docs: what is kept, where, how long. */
export type StoredKind = 'session' | 'outbox' | 'dead-letter' | 'receipt'

const hour = 3_600_000

/** How long each kind may stay, in milliseconds since it was stored. */
export const KEEP_MS: Readonly<Record<StoredKind, number>> = {
  /** Longer than any interview; the idle reset wipes long before. */
  session: 2 * hour,
  /** Until the clinic server is reachable again: over a long weekend. Unreadable on this device. */
  outbox: 7 * 24 * hour,
  /** Staff were told; they decide within the same time. */
  'dead-letter': 7 * 24 * hour,
  /** Proof of delivery: ids and hashes only. */
  receipt: 30 * 24 * hour,
}

export type StoredRow = {
  kind: StoredKind
  storedAt: number
  /** The packet's own end of life, when it has one. */
  expiresAt?: number
}

/** A clock this far behind a row's own time is not trusted. */
const CLOCK_SLACK_MS = hour

/**
 * Whether a stored row must go. Times are milliseconds since the epoch. A session row from the future (the clock was set
 * back) is expired, because its age cannot be told; an unsent packet from the future is kept, because losing it is worse
 * than keeping ciphertext.
 */
export const isExpired = (row: StoredRow, now: number): boolean => {
  if (row.storedAt > now + CLOCK_SLACK_MS) return row.kind === 'session' || row.kind === 'receipt'
  const until = Math.min(row.storedAt + KEEP_MS[row.kind], row.expiresAt ?? Number.POSITIVE_INFINITY)
  return now >= until
}
