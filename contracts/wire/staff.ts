import { z } from 'zod'
import { StaffRole } from '../clinical/review.ts'
import { PublicJwk } from './keys.ts'

/** Argon2id parameters (RFC 9106). 64 bytes out: the first 32 prove identity to the server, the last 32 wrap keys and never leave the device. */
export const KdfParams = z.strictObject({
  salt: z.string(),
  memoryKiB: z.number().int(),
  iterations: z.number().int(),
  parallelism: z.number().int(),
})
export type KdfParams = z.infer<typeof KdfParams>

/** `GET /api/staff/kdf?username=` answers parameters for any name (fake but stable for unknown names). */
export const KdfResponse = z.strictObject({ kdf: KdfParams })
export type KdfResponse = z.infer<typeof KdfResponse>

export const LoginRequest = z.strictObject({ username: z.string().min(1).max(60), authKey: z.string() })
export type LoginRequest = z.infer<typeof LoginRequest>

/**
 * What a login hands out. `wrappedKeys` is a compact JWE (`dir`, A256GCM) under the last 32 KDF bytes with JSON
 * `{ecdh: JWK, ecdsa: JWK}`; `epochKeys` are compact JWEs (ECDH-ES+A256KW) of each epoch's private JWK to this person.
 */
export const LoginResponse = z.strictObject({
  staff: z.strictObject({ id: z.string(), name: z.string(), role: StaffRole, signingKey: PublicJwk }),
  wrappedKeys: z.string(),
  epochKeys: z.array(z.strictObject({ epoch: z.number().int(), jwe: z.string() })),
  expiresAt: z.iso.datetime(),
})
export type LoginResponse = z.infer<typeof LoginResponse>

/** `GET /api/staff`: public keys of colleagues, to check attestations. */
export const StaffDirectory = z.strictObject({
  staff: z.array(
    z.strictObject({ id: z.string(), name: z.string(), role: StaffRole, signingKey: PublicJwk, active: z.boolean() }),
  ),
})
export type StaffDirectory = z.infer<typeof StaffDirectory>
