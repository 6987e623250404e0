import { z } from 'zod'
import { AiInteraction, LedgerPage } from '#contracts/wire/ledger.ts'
import type { App, ServerContext } from '../context.ts'
import { limits, limitTo } from '../plugins/rate-limits.ts'
import { requireStaff } from '../plugins/session.ts'
import { problemAnswers, sendProblem } from '../problems.ts'
import { readLedger, recordInteraction } from '../repositories/ledger-entries.ts'

const PageQuery = z.strictObject({
  after: z.coerce.number().int().min(0).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
  order: z.enum(['asc', 'desc']).default('asc'),
  packetId: z.uuid().optional(),
})

export function addLedgerRoutes(app: App, context: ServerContext): void {
  const { store } = context
  app.get(
    '/api/ledger',
    { onRequest: requireStaff(context), schema: { querystring: PageQuery, response: { 200: LedgerPage, ...problemAnswers } } },
    (request) => {
      const { after, limit, order, packetId } = request.query
      return readLedger(store.db, store.clinicId, { after, limit, order, packetId })
    },
  )
  app.post(
    '/api/ledger/interactions',
    { config: limitTo(limits.device), schema: { body: AiInteraction, response: { 204: z.undefined(), ...problemAnswers } } },
    async (request, reply) => {
      const recorded = await recordInteraction(store, request.body)
      return recorded.ok ? reply.code(204).send() : sendProblem(reply, recorded.error)
    },
  )
}
