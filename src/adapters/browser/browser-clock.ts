import type { Clock, Ids } from '#app/ports/clock.ts'

/** The browser's clocks. */
export const browserClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  every: (ms, run) => {
    const timer = setInterval(run, ms)
    return () => clearInterval(timer)
  },
}

export const browserIds: Ids = { uuid: () => crypto.randomUUID() }
