import { CompactEncrypt, CompactSign, exportJWK, generateKeyPair, importJWK } from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import { hashOf } from '#adapters/crypto/bytes.ts'
import { makeSigningKeys, publicJwkOf, signText } from '#adapters/crypto/keys.ts'
import { openPacket, openReview, signReview } from '#adapters/crypto/open-packet.ts'
import { PADDING_BYTES, sealPacket, verifyReceipt } from '#adapters/crypto/seal-packet.ts'
import { newSessionCipher } from '#adapters/crypto/session-cipher.ts'
import { type StaffKeys, stretchPassphrase, unwrapStaffKeys } from '#adapters/crypto/staff-keys.ts'
import type { ClinicEpoch, PublicJwk } from '#contracts/wire/keys.ts'
import type { SealedPacket } from '#contracts/wire/sealed-packet.ts'
import { canonicalJson } from '#domain/shared/canonical-json.ts'
import { makePacket } from '../../fixtures/packet.ts'

const utf8 = (s: string) => new Uint8Array(new TextEncoder().encode(s))

let device: CryptoKeyPair
let epoch: ClinicEpoch
let staff: StaffKeys
let signer: { jwk: PublicJwk }
let sealed: SealedPacket
const packet = makePacket()
const routing = {
  version: 1 as const,
  packetId: packet.id,
  clinicId: packet.clinicId,
  deviceId: packet.deviceId,
  epoch: 1,
  sequence: 1,
  issuedAt: '2026-11-22T10:00:00.000Z',
  expiresAt: '2026-11-29T10:00:00.000Z',
}

beforeAll(async () => {
  device = await makeSigningKeys()
  const pair = (await crypto.subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, true, ['deriveBits'])) as CryptoKeyPair
  epoch = {
    clinicId: packet.clinicId,
    epoch: 1,
    encryptionKey: await publicJwkOf(pair.publicKey, 'enc'),
    createdAt: routing.issuedAt,
  }
  const signing = await makeSigningKeys()
  signer = { jwk: await publicJwkOf(signing.publicKey, 'sig') }
  const epochKey = (await importJWK(
    { ...(await exportJWK(pair.privateKey)), alg: 'ECDH-ES+A256KW' },
    'ECDH-ES+A256KW',
  )) as CryptoKey
  staff = { signing: signing.privateKey, signingKid: signer.jwk.kid, epochs: new Map([[1, epochKey]]) }
  sealed = await sealPacket(packet, routing, epoch, device.privateKey)
})

describe('a sealed packet', () => {
  it('opens for staff as the very same packet', async () => {
    expect(await openPacket(sealed, staff)).toEqual({ ok: true, value: { packet, hash: await hashOf(packet) } })
  })

  it('carries no word of the patient, and a length in steps', () => {
    const text = JSON.stringify(sealed)
    expect(text).not.toContain('throat')
    expect(Buffer.from(sealed.jwe.ciphertext, 'base64url').length % PADDING_BYTES).toBe(0)
  })

  it.each([
    ['ciphertext', (s: SealedPacket) => ({ ...s, jwe: { ...s.jwe, ciphertext: `A${s.jwe.ciphertext.slice(1, -1)}B` } })],
    ['tag', (s: SealedPacket) => ({ ...s, jwe: { ...s.jwe, tag: `${s.jwe.tag.slice(0, -2)}AA` } })],
    ['routing', (s: SealedPacket) => ({ ...s, routing: { ...s.routing, sequence: 2 } })],
    ['epoch', (s: SealedPacket) => ({ ...s, routing: { ...s.routing, epoch: 9 } })],
  ])('fails closed when its %s is changed', async (_what, change) => {
    expect((await openPacket(change(sealed), staff)).ok).toBe(false)
  })

  it('cannot be opened with the key of the device that sealed it', async () => {
    const own = { ...staff, epochs: new Map([[1, device.privateKey]]) }
    expect(await openPacket(sealed, own)).toMatchObject({ ok: false })
  })
})

describe('a receipt', () => {
  const receiptFor = async (claims: object, key: CryptoKey, kid: string, typ = 'anteroom-receipt') =>
    new CompactSign(utf8(canonicalJson(claims))).setProtectedHeader({ alg: 'ES256', kid, typ }).sign(key)

  it('counts only when the pinned key signed it over this very envelope', async () => {
    const keys = await makeSigningKeys()
    const pinned = await publicJwkOf(keys.publicKey, 'sig')
    const claims = {
      packetId: packet.id,
      clinicId: 'clinic-1',
      deviceId: 'device-1',
      sealedHash: await hashOf(sealed),
      ledgerSeq: 2,
      receivedAt: routing.issuedAt,
    }
    const good = await receiptFor(claims, keys.privateKey, pinned.kid)
    expect(await verifyReceipt(good, sealed, pinned)).toEqual({ ok: true, value: claims })
    const other = await makeSigningKeys()
    expect(await verifyReceipt(await receiptFor(claims, other.privateKey, pinned.kid), sealed, pinned)).toMatchObject({
      ok: false,
    })
    expect(
      await verifyReceipt(await receiptFor({ ...claims, sealedHash: 'x' }, keys.privateKey, pinned.kid), sealed, pinned),
    ).toMatchObject({
      error: { type: 'receipt-for-another' },
    })
    expect(await verifyReceipt(await receiptFor(claims, keys.privateKey, pinned.kid, 'other'), sealed, pinned)).toMatchObject({
      ok: false,
    })
    expect(await verifyReceipt(good.slice(0, -3), sealed, pinned)).toMatchObject({ ok: false })
  })
})

describe('a review', () => {
  it('is signed over one packet and read back with the name of who signed', async () => {
    const review = {
      version: 1 as const,
      packetId: packet.id,
      packetHash: await hashOf(packet),
      decision: 'change-level' as const,
      level: 'high' as const,
      reason: 'looks unwell',
      reviewerId: 'n1',
      reviewerRole: 'nurse' as const,
      claimedAt: routing.issuedAt,
      decidedAt: routing.issuedAt,
    }
    const signed = await signReview(review, staff, epoch)
    const directory = { staff: [{ id: 'n1', name: 'Nora', role: 'nurse' as const, signingKey: signer.jwk, active: true }] }
    expect(JSON.stringify(signed)).not.toContain('unwell')
    expect(await openReview(signed, review.packetHash, 1, staff, directory)).toEqual({
      ok: true,
      value: { review, signedBy: 'Nora' },
    })
    expect(await openReview(signed, 'another-packet', 1, staff, directory)).toMatchObject({ ok: false })
    expect(await openReview(signed, review.packetHash, 1, staff, { staff: [] })).toMatchObject({ ok: false })
  })
})

describe('the session cipher', () => {
  it('opens only its own rows in their own place', async () => {
    const cipher = await newSessionCipher()
    const sealedRow = await cipher.seal('my chest hurts', 'draft/1')
    expect(Buffer.from(sealedRow).toString('latin1')).not.toContain('chest')
    expect(await cipher.open(sealedRow, 'draft/1')).toEqual({ ok: true, value: 'my chest hurts' })
    expect(await cipher.open(sealedRow, 'draft/2')).toMatchObject({ ok: false })
    expect(await (await newSessionCipher()).open(sealedRow, 'draft/1')).toMatchObject({ ok: false })
  })
})

describe('staff keys', () => {
  it('come out of a passphrase, and only out of the right one', async () => {
    const kdf = { salt: Buffer.alloc(16, 7).toString('base64url'), memoryKiB: 65_536, iterations: 3, parallelism: 1 }
    const stretched = await stretchPassphrase('river-lamp-otter-12', kdf)
    if (!stretched.ok) throw new Error(stretched.error.type)
    const pair = await generateKeyPair('ES256', { extractable: true })
    const ecdh = await generateKeyPair('ECDH-ES+A256KW', { extractable: true })
    const signingKey = await publicJwkOf(pair.publicKey as CryptoKey, 'sig')
    const own = {
      ecdsa: { ...(await exportJWK(pair.privateKey)), kid: signingKey.kid },
      ecdh: { ...(await exportJWK(ecdh.privateKey)), kid: 'e' },
    }
    const wrap = (key: Uint8Array) =>
      new CompactEncrypt(utf8(JSON.stringify(own))).setProtectedHeader({ alg: 'dir', enc: 'A256GCM' }).encrypt(key)
    const login = async (key: Uint8Array) => ({
      staff: { id: 'n1', name: 'Nora', role: 'nurse' as const, signingKey },
      wrappedKeys: await wrap(key),
      epochKeys: [],
      expiresAt: routing.issuedAt,
    })
    const keys = await unwrapStaffKeys(stretched.value.wrapKey, await login(stretched.value.wrapKey))
    expect(keys.ok && (await signText(keys.value.signing, 'x'))).toMatch(/^[\w-]{86}$/)
    expect(await unwrapStaffKeys(new Uint8Array(32), await login(stretched.value.wrapKey))).toMatchObject({ ok: false })
  })

  it('refuses parameters that would make the passphrase cheap to guess', async () => {
    expect(await stretchPassphrase('x', { salt: '', memoryKiB: 1024, iterations: 1, parallelism: 1 })).toMatchObject({
      error: { type: 'kdf-too-weak' },
    })
  })
})
