import { z } from 'zod'
import { PacketDetail, QueueItem, QueueResponse, SignedReview } from '#contracts/wire/queue.ts'
import { ReceiptResponse, SealedPacket } from '#contracts/wire/sealed-packet.ts'
import type { App, ServerContext } from '../context.ts'
import { limits, limitTo } from '../plugins/rate-limits.ts'
import { requireStaff, sessionOf } from '../plugins/session.ts'
import { problemAnswers, sendResult } from '../problems.ts'
import { listQueue, openPacket, receivePacket } from '../repositories/packets.ts'
import { claimPacket, releasePacket, reviewPacket } from '../repositories/reviews.ts'

const PacketParams = z.strictObject({ packetId: z.uuid() })
const QueueQuery = z.strictObject({ include: z.enum(['open', 'all']).default('open') })
/** The device's own time when it sends; other headers pass. */
const SendHeaders = z.looseObject({ 'anteroom-sent-at': z.iso.datetime().optional() })
export const BODY_LIMIT = 512 * 1024

export function addPacketRoutes(app: App, context: ServerContext): void {
  const { store, keys } = context
  const clinician = requireStaff(context, 'nurse', 'doctor')

  app.put(
    '/api/packets/:packetId',
    {
      bodyLimit: BODY_LIMIT,
      config: limitTo(limits.device),
      schema: {
        params: PacketParams,
        headers: SendHeaders,
        body: SealedPacket,
        response: { 200: ReceiptResponse, ...problemAnswers },
      },
    },
    async (request, reply) => {
      const sentAt = request.headers['anteroom-sent-at']
      return sendResult(reply, await receivePacket(store, keys.receiptKey, request.params.packetId, request.body, sentAt))
    },
  )
  app.get(
    '/api/queue',
    {
      onRequest: requireStaff(context),
      schema: { querystring: QueueQuery, response: { 200: QueueResponse, ...problemAnswers } },
    },
    async (request) => ({
      items: await listQueue(store.db, store.clinicId, request.query.include),
      serverTime: store.now().toISOString(),
    }),
  )
  app.get(
    '/api/packets/:packetId',
    { onRequest: clinician, schema: { params: PacketParams, response: { 200: PacketDetail, ...problemAnswers } } },
    async (request, reply) =>
      sendResult(reply, await openPacket(store, request.params.packetId, sessionOf(request).person.staffId)),
  )
  const move = { params: PacketParams, response: { 200: QueueItem, ...problemAnswers } }
  app.post('/api/packets/:packetId/claim', { onRequest: clinician, schema: move }, async (request, reply) =>
    sendResult(reply, await claimPacket(store, request.params.packetId, sessionOf(request).person)),
  )
  app.post('/api/packets/:packetId/release', { onRequest: requireStaff(context), schema: move }, async (request, reply) =>
    sendResult(reply, await releasePacket(store, request.params.packetId, sessionOf(request).person)),
  )
  app.post(
    '/api/packets/:packetId/review',
    { bodyLimit: BODY_LIMIT, onRequest: clinician, schema: { ...move, body: SignedReview } },
    async (request, reply) =>
      sendResult(reply, await reviewPacket(store, request.params.packetId, sessionOf(request).person, request.body)),
  )
}
