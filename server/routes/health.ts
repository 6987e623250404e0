import { sql } from 'kysely'
import { z } from 'zod'
import type { App, ServerContext } from '../context.ts'
import { problemAnswers, refusal, sendProblem } from '../problems.ts'

const Status = z.strictObject({ status: z.literal('ok') })

/** `/healthz`: the process answers. `/readyz`: the database answers too. */
export function addHealthRoutes(app: App, { store }: ServerContext): void {
  const schema = { response: { 200: Status, ...problemAnswers } }
  app.get('/healthz', { schema }, async () => ({ status: 'ok' as const }))
  app.get('/readyz', { schema }, async (_request, reply) => {
    try {
      await sql`select 1`.execute(store.db)
      return reply.send({ status: 'ok' as const })
    } catch {
      return sendProblem(reply, { ...refusal(503, 'unavailable'), retryAfterSeconds: 5 })
    }
  })
}
