import { z } from 'zod'

/** Public EC P-256 JWK (RFC 7518 §6.2). `kid` is the RFC 7638 thumbprint. */
export const PublicJwk = z.strictObject({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  x: z.string(),
  y: z.string(),
  kid: z.string(),
  use: z.enum(['enc', 'sig']).optional(),
  alg: z.string().optional(),
})
export type PublicJwk = z.infer<typeof PublicJwk>

/** General or flattened JWE as `jose` writes it (RFC 7516 §7.2). */
export const GeneralJwe = z.looseObject({
  protected: z.string(),
  unprotected: z.record(z.string(), z.unknown()).optional(),
  recipients: z
    .array(z.looseObject({ encrypted_key: z.string().optional(), header: z.record(z.string(), z.unknown()).optional() }))
    .min(1),
  iv: z.string(),
  ciphertext: z.string(),
  tag: z.string(),
  aad: z.string(),
})
export type GeneralJwe = z.infer<typeof GeneralJwe>

/** An epoch: the clinic's current packet-encryption key. Signed by an admin's key (compact JWS over the epoch JSON). */
export const ClinicEpoch = z.strictObject({
  clinicId: z.string(),
  epoch: z.number().int().positive(),
  encryptionKey: PublicJwk,
  createdAt: z.iso.datetime(),
})
export type ClinicEpoch = z.infer<typeof ClinicEpoch>

/** `GET /api/clinic`: what a device or a staff page needs before anything else. */
export const ClinicInfo = z.strictObject({
  clinicId: z.string(),
  name: z.string(),
  epoch: ClinicEpoch,
  /** Key that signs receipts and the ledger; pinned at enrolment. */
  receiptKey: PublicJwk,
  serverTime: z.iso.datetime(),
})
export type ClinicInfo = z.infer<typeof ClinicInfo>
