import { z } from 'zod'
import { StaffCall, StaffCallItem, StaffCalls } from '#contracts/wire/queue.ts'
import type { App, ServerContext } from '../context.ts'
import { limits, limitTo } from '../plugins/rate-limits.ts'
import { requireStaff, sessionOf } from '../plugins/session.ts'
import { problemAnswers, sendResult } from '../problems.ts'
import { answerCall, listCalls, receiveCall } from '../repositories/calls.ts'

const CallParams = z.strictObject({ callId: z.uuid() })
const CallsQuery = z.strictObject({ include: z.enum(['open', 'all']).default('open') })

export function addCallRoutes(app: App, context: ServerContext): void {
  const { store } = context
  app.post(
    '/api/calls',
    { config: limitTo(limits.device), schema: { body: StaffCall, response: { 200: StaffCallItem, ...problemAnswers } } },
    async (request, reply) => sendResult(reply, await receiveCall(store, request.body)),
  )
  app.get(
    '/api/calls',
    { onRequest: requireStaff(context), schema: { querystring: CallsQuery, response: { 200: StaffCalls, ...problemAnswers } } },
    async (request) => ({ calls: await listCalls(store.db, store.clinicId, request.query.include) }),
  )
  app.post(
    '/api/calls/:callId/answer',
    { onRequest: requireStaff(context), schema: { params: CallParams, response: { 200: StaffCallItem, ...problemAnswers } } },
    async (request, reply) =>
      sendResult(reply, await answerCall(store, request.params.callId, sessionOf(request).person.staffId)),
  )
}
