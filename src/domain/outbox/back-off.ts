export const BACK_OFF = { firstMs: 1_000, maxMs: 300_000, retryAfterMaxMs: 3_600_000 } as const

/**
 * Milliseconds to wait after the `attempts`-th failure: doubling from 1 s to 300 s, of which the upper half is jittered.
 * `jitter` is in [0, 1). A server's Retry-After is honoured when longer, up to an hour.
 */
export const backOffMs = (attempts: number, jitter: number, retryAfterMs = 0): number => {
  const full = Math.min(BACK_OFF.maxMs, BACK_OFF.firstMs * 2 ** Math.min(Math.max(attempts, 1) - 1, 30))
  const own = Math.max(BACK_OFF.firstMs, Math.round(full * (0.5 + 0.5 * jitter)))
  return Math.max(own, Math.min(retryAfterMs, BACK_OFF.retryAfterMaxMs))
}
