import { CompactSign, compactVerify, generalDecrypt } from 'jose'
import { Packet } from '#contracts/clinical/packet.ts'
import { Review } from '#contracts/clinical/review.ts'
import { err, ok, type Result } from '#contracts/result.ts'
import type { ClinicEpoch, GeneralJwe } from '#contracts/wire/keys.ts'
import { AttestationClaims, type SignedReview } from '#contracts/wire/queue.ts'
import type { SealedPacket } from '#contracts/wire/sealed-packet.ts'
import type { StaffDirectory } from '#contracts/wire/staff.ts'
import { canonicalJson } from '#domain/shared/canonical-json.ts'
import { fromUtf8, hashOf, toBase64Url, utf8 } from './bytes.ts'
import { importPublic } from './keys.ts'
import { encryptTo } from './seal-packet.ts'
import type { StaffKeys } from './staff-keys.ts'

export type OpenError = { type: 'no-epoch-key'; epoch: number } | { type: 'packet-damaged' } | { type: 'routing-altered' }

const decrypt = async (jwe: GeneralJwe, key: CryptoKey, aad: unknown): Promise<string | null> => {
  if (jwe.aad !== toBase64Url(utf8(canonicalJson(aad)))) return null
  const options = { keyManagementAlgorithms: ['ECDH-ES+A256KW'], contentEncryptionAlgorithms: ['A256GCM'] }
  const { plaintext } = await generalDecrypt(jwe as Parameters<typeof generalDecrypt>[0], key, options)
  return fromUtf8(plaintext)
}

/** Decrypts a packet and checks that what the envelope says of it is what it says itself. `hash` names this exact packet. */
export const openPacket = async (
  sealed: SealedPacket,
  keys: StaffKeys,
): Promise<Result<{ packet: Packet; hash: string }, OpenError>> => {
  const { routing } = sealed
  const key = keys.epochs.get(routing.epoch)
  if (!key) return err({ type: 'no-epoch-key', epoch: routing.epoch })
  try {
    const text = await decrypt(sealed.jwe, key, routing)
    if (text === null) return err({ type: 'routing-altered' })
    const packet = Packet.parse(JSON.parse(text))
    const same = packet.id === routing.packetId && packet.clinicId === routing.clinicId && packet.deviceId === routing.deviceId
    return same ? ok({ packet, hash: await hashOf(packet) }) : err({ type: 'routing-altered' })
  } catch {
    return err({ type: 'packet-damaged' })
  }
}

/** Signs a review over its exact packet (compact ES256 JWS) and seals its text to the clinic's epoch key. */
export const signReview = async (review: Review, keys: StaffKeys, epoch: ClinicEpoch): Promise<SignedReview> => {
  const claims: AttestationClaims = {
    packetId: review.packetId,
    packetHash: review.packetHash,
    reviewHash: await hashOf(review),
    reviewerId: review.reviewerId,
    decision: review.decision,
    decidedAt: review.decidedAt,
  }
  const attestation = await new CompactSign(utf8(canonicalJson(claims)))
    .setProtectedHeader({ alg: 'ES256', kid: keys.signingKid })
    .sign(keys.signing)
  return { attestation, sealedReview: await encryptTo(epoch.encryptionKey, canonicalJson(review), claims) }
}

export type ReviewCheck = { review: Review; signedBy: string }

/** Opens a stored review and checks the reviewer's signature over it and over this packet. */
export const openReview = async (
  signed: SignedReview,
  packetHash: string,
  epoch: number,
  keys: StaffKeys,
  directory: StaffDirectory,
): Promise<Result<ReviewCheck, { type: 'review-not-trusted' }>> => {
  const bad = err({ type: 'review-not-trusted' as const })
  try {
    const [head = '', body = ''] = signed.attestation.split('.')
    const { kid } = JSON.parse(atob(head.replaceAll('-', '+').replaceAll('_', '/'))) as { kid?: string }
    const person = directory.staff.find((s) => s.signingKey.kid === kid)
    const key = keys.epochs.get(epoch)
    if (!person || !key || body === '') return bad
    const { payload } = await compactVerify(signed.attestation, await importPublic(person.signingKey, 'ES256'), {
      algorithms: ['ES256'],
    })
    const claims = AttestationClaims.parse(JSON.parse(fromUtf8(payload)))
    const text = await decrypt(signed.sealedReview, key, claims)
    if (text === null || claims.packetHash !== packetHash || claims.reviewerId !== person.id) return bad
    const review = Review.parse(JSON.parse(text))
    return claims.reviewHash === (await hashOf(review)) ? ok({ review, signedBy: person.name }) : bad
  } catch {
    return bad
  }
}
