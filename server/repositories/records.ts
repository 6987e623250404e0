import { z } from 'zod'
import { StaffRole } from '#contracts/clinical/review.ts'
import { ClinicEpoch, PublicJwk } from '#contracts/wire/keys.ts'
import { SignedReview } from '#contracts/wire/queue.ts'
import { SealedPacket } from '#contracts/wire/sealed-packet.ts'
import { KdfParams } from '#contracts/wire/staff.ts'

/**
 * What a ledger entry changes, kept as a content-addressed blob beside it when it does not fit the entry's short tokens.
 * Ledger and blobs together are the truth of the embedded server; its database can be rebuilt from them.
 */
export const StaffRecord = z.strictObject({
  staffId: z.string(),
  username: z.string(),
  name: z.string(),
  role: StaffRole,
  kdf: KdfParams,
  /** SHA-256 (base64url) of the 32 bytes that prove the passphrase. */
  authHash: z.string(),
  wrappedKeys: z.string(),
  wrappingKey: PublicJwk,
  signingKey: PublicJwk,
})
export type StaffRecord = z.infer<typeof StaffRecord>

export const GenesisRecord = z.strictObject({
  clinicId: z.string(),
  name: z.string(),
  receiptKey: PublicJwk,
  epoch: ClinicEpoch,
  staff: z.array(StaffRecord),
  epochKeys: z.array(z.strictObject({ epoch: z.number().int(), staffId: z.string(), jwe: z.string() })),
})
export type GenesisRecord = z.infer<typeof GenesisRecord>

export const DeviceRecord = z.strictObject({ deviceId: z.string(), name: z.string(), deviceKey: PublicJwk })
export type DeviceRecord = z.infer<typeof DeviceRecord>

export const PacketRecord = z.strictObject({ sealed: SealedPacket, receipt: z.string() })
export type PacketRecord = z.infer<typeof PacketRecord>

export const ReviewRecord = SignedReview
export type ReviewRecord = z.infer<typeof ReviewRecord>

/** Short members of entries that change state. */
export const details = {
  'enrol-code': z.object({ codeHash: z.string(), expiresAt: z.string() }),
  'device-enrolled': z.object({ codeHash: z.string() }),
  'device-revoked': z.object({ deviceId: z.string() }),
  'packet-received': z.object({ sealedHash: z.string() }),
  'packet-claimed': z.object({ staffId: z.string(), state: z.enum(['claimed', 'doctor-claimed']) }),
  'packet-released': z.object({ state: z.enum(['pending', 'escalated']) }),
  'packet-reviewed': z.object({
    reviewerId: z.string(),
    decision: z.string(),
    packetHash: z.string(),
    reviewHash: z.string(),
    claimedAt: z.string(),
    state: z.enum(['attested', 'returned', 'escalated']),
  }),
  'ai-interaction': z.object({ deviceId: z.string(), interactionHash: z.string() }),
  'staff-call': z.object({
    callId: z.string(),
    deviceId: z.string(),
    urgency: z.enum(['help', 'emergency']),
    callHash: z.string(),
  }),
  'call-answered': z.object({ callId: z.string(), staffId: z.string() }),
} as const
