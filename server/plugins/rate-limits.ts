import rateLimit from '@fastify/rate-limit'
import type { App } from '../context.ts'

/** Requests a minute from one address. The name's own login limit is in the ledger (`repositories/staff.ts`). */
export const limits = { login: 30, kdf: 60, enrol: 10, device: 600, staff: 1200, inference: 120 } as const

/** Route option that limits by address. */
export const limitTo = (max: number) => ({ rateLimit: { max, timeWindow: 60_000 } })

export async function addRateLimits(app: App): Promise<void> {
  await app.register(rateLimit, {
    global: false,
    errorResponseBuilder: (_request, { ttl }) =>
      Object.assign(new Error('rate limit'), {
        statusCode: 429,
        code: 'too-many-requests',
        retryAfterSeconds: Math.max(1, Math.ceil(ttl / 1000)),
      }),
  })
}
