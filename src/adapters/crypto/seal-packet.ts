import { compactVerify, GeneralEncrypt } from 'jose'
import type { Packet } from '#contracts/clinical/packet.ts'
import { err, ok, type Result } from '#contracts/result.ts'
import { type ClinicEpoch, GeneralJwe, type PublicJwk } from '#contracts/wire/keys.ts'
import { type PacketRouting, ReceiptClaims, type SealedPacket } from '#contracts/wire/sealed-packet.ts'
import { canonicalJson } from '#domain/shared/canonical-json.ts'
import { fromUtf8, hashOf, utf8 } from './bytes.ts'
import { importPublic, signText } from './keys.ts'

/** Plaintext is padded with blanks to a multiple of this, so that length says little about the patient. */
export const PADDING_BYTES = 4096

const padded = (json: string): Uint8Array => {
  const bytes = utf8(json)
  const out = new Uint8Array(Math.ceil(bytes.length / PADDING_BYTES) * PADDING_BYTES).fill(0x20)
  out.set(bytes)
  return out
}

/**
 * General JWE (RFC 7516; ECDH-ES+A256KW, A256GCM) of `plaintext` to one P-256 key, with `aad` bound in. Whoever holds only
 * the public key, this device included, cannot read it.
 */
export const encryptTo = async (to: PublicJwk, plaintext: string, aad: unknown): Promise<GeneralJwe> => {
  const jwe = await new GeneralEncrypt(padded(plaintext))
    .setProtectedHeader({ enc: 'A256GCM' })
    .setAdditionalAuthenticatedData(utf8(canonicalJson(aad)))
    .addRecipient(await importPublic(to, 'ECDH-ES+A256KW'))
    .setUnprotectedHeader({ alg: 'ECDH-ES+A256KW', kid: to.kid })
    .encrypt()
  return GeneralJwe.parse(jwe)
}

/** Seals a packet to the clinic's epoch key and signs the envelope with the device key. */
export const sealPacket = async (
  packet: Packet,
  routing: PacketRouting,
  epoch: ClinicEpoch,
  deviceKey: CryptoKey,
): Promise<SealedPacket> => {
  const jwe = await encryptTo(epoch.encryptionKey, canonicalJson(packet), routing)
  return { routing, jwe, signature: await signText(deviceKey, canonicalJson({ routing, jwe })) }
}

export type ReceiptError = { type: 'receipt-forged' } | { type: 'receipt-for-another' }

/** Checks a receipt against the pinned key and this very envelope; only then may the row be deleted. */
export const verifyReceipt = async (
  receipt: string,
  sealed: SealedPacket,
  receiptKey: PublicJwk,
): Promise<Result<ReceiptClaims, ReceiptError>> => {
  try {
    const { payload, protectedHeader } = await compactVerify(receipt, await importPublic(receiptKey, 'ES256'), {
      algorithms: ['ES256'],
    })
    if (protectedHeader.kid !== receiptKey.kid || protectedHeader.typ !== 'anteroom-receipt')
      return err({ type: 'receipt-forged' })
    const claims = ReceiptClaims.parse(JSON.parse(fromUtf8(payload)))
    const { routing } = sealed
    const same =
      claims.packetId === routing.packetId && claims.clinicId === routing.clinicId && claims.deviceId === routing.deviceId
    return same && claims.sealedHash === (await hashOf(sealed)) ? ok(claims) : err({ type: 'receipt-for-another' })
  } catch {
    return err({ type: 'receipt-forged' })
  }
}
