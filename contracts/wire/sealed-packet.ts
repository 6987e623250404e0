import { z } from 'zod'
import { GeneralJwe } from './keys.ts'

/** Routing metadata, bound into the JWE `aad` as canonical JSON: changing any of it breaks decryption. No clinical data. */
export const PacketRouting = z.strictObject({
  version: z.literal(1),
  packetId: z.uuid(),
  clinicId: z.string(),
  deviceId: z.string(),
  epoch: z.number().int().positive(),
  /** Per-device counter; a gap is flagged, not refused. */
  sequence: z.number().int().positive(),
  issuedAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
})
export type PacketRouting = z.infer<typeof PacketRouting>

/** `PUT /api/packets/:packetId`. `signature` is a detached ES256 signature (base64url, IEEE P1363) by the device key over the canonical JSON of `{routing, jwe}`. */
export const SealedPacket = z.strictObject({ routing: PacketRouting, jwe: GeneralJwe, signature: z.string() })
export type SealedPacket = z.infer<typeof SealedPacket>

/** Claims of the compact ES256 JWS the server answers with, once the packet is durable. */
export const ReceiptClaims = z.strictObject({
  packetId: z.uuid(),
  clinicId: z.string(),
  deviceId: z.string(),
  /** SHA-256 (base64url) of the canonical JSON of the sealed packet. */
  sealedHash: z.string(),
  ledgerSeq: z.number().int().positive(),
  receivedAt: z.iso.datetime(),
})
export type ReceiptClaims = z.infer<typeof ReceiptClaims>
export const ReceiptResponse = z.strictObject({ receipt: z.string() })
export type ReceiptResponse = z.infer<typeof ReceiptResponse>
