import { z } from 'zod'
import { GeneralJwe } from './keys.ts'
import { SealedPacket } from './sealed-packet.ts'

/**
 * pending → claimed → attested (closed) | escalated → claimed by a doctor → attested | returned (closed, patient asked again).
 * The database enforces the same table.
 */
export const PacketState = z.enum(['pending', 'claimed', 'escalated', 'doctor-claimed', 'attested', 'returned'])
export type PacketState = z.infer<typeof PacketState>

/** What the server knows of a packet: nothing clinical. */
export const QueueItem = z.strictObject({
  packetId: z.uuid(),
  deviceId: z.string(),
  state: PacketState,
  receivedAt: z.iso.datetime(),
  claimedBy: z.string().nullable(),
  claimedAt: z.iso.datetime().nullable(),
  sequenceGap: z.boolean(),
})
export type QueueItem = z.infer<typeof QueueItem>
export const QueueResponse = z.strictObject({ items: z.array(QueueItem), serverTime: z.iso.datetime() })
export type QueueResponse = z.infer<typeof QueueResponse>

/** Signed review as stored: `attestation` is a compact ES256 JWS by the reviewer over `AttestationClaims`; `sealedReview` is a JWE to the epoch key. */
export const AttestationClaims = z.strictObject({
  packetId: z.uuid(),
  packetHash: z.string(),
  /** SHA-256 (base64url) of the canonical JSON of the review. */
  reviewHash: z.string(),
  reviewerId: z.string(),
  decision: z.enum(['accept', 'change-level', 'escalate', 'return']),
  decidedAt: z.iso.datetime(),
})
export type AttestationClaims = z.infer<typeof AttestationClaims>
export const SignedReview = z.strictObject({ attestation: z.string(), sealedReview: GeneralJwe })
export type SignedReview = z.infer<typeof SignedReview>

/** `GET /api/packets/:id` */
export const PacketDetail = z.strictObject({ item: QueueItem, sealed: SealedPacket, reviews: z.array(SignedReview) })
export type PacketDetail = z.infer<typeof PacketDetail>

/** SSE `GET /api/events`: a hint that something changed; the page then asks the queue. */
export const QueueHint = z.strictObject({
  kind: z.enum(['packet', 'state', 'hello', 'staff-call']),
  packetId: z.uuid().optional(),
  deviceId: z.string().optional(),
  at: z.iso.datetime(),
})
export type QueueHint = z.infer<typeof QueueHint>

/** `POST /api/calls` by a kiosk ("call staff", or a red flag before the packet is ready). Signed like a packet; no clinical data. */
export const StaffCall = z.strictObject({
  callId: z.uuid(),
  deviceId: z.string(),
  urgency: z.enum(['help', 'emergency']),
  issuedAt: z.iso.datetime(),
  /** Detached ES256 over canonical JSON of the other members. */
  signature: z.string(),
})
export type StaffCall = z.infer<typeof StaffCall>
export const StaffCallItem = z.strictObject({
  callId: z.uuid(),
  deviceId: z.string(),
  deviceName: z.string(),
  urgency: z.enum(['help', 'emergency']),
  receivedAt: z.iso.datetime(),
  answeredBy: z.string().nullable(),
})
export type StaffCallItem = z.infer<typeof StaffCallItem>
export const StaffCalls = z.strictObject({ calls: z.array(StaffCallItem) })
export type StaffCalls = z.infer<typeof StaffCalls>
