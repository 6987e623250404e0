import type { LightMyRequestResponse } from 'fastify'
import { argon2id } from 'hash-wasm'
import { CompactSign, compactDecrypt, GeneralEncrypt, generalDecrypt, importJWK, type JWK } from 'jose'
import type { ClinicInfo } from '#contracts/wire/keys.ts'
import type { AttestationClaims, SignedReview } from '#contracts/wire/queue.ts'
import type { SealedPacket } from '#contracts/wire/sealed-packet.ts'
import { KdfResponse, LoginResponse } from '#contracts/wire/staff.ts'
import type { App } from '#server/context.ts'
import { canonicalJson } from '#server/crypto/canonical-json.ts'
import { hashOf } from '#server/crypto/hashes.ts'

/** A signed-in person with unlocked keys, as the staff page holds them. */
export type StaffMember = {
  id: string
  cookie: string
  ecdsa: JWK
  epochKeys: Map<number, JWK>
  get(url: string): Promise<LightMyRequestResponse>
  post(url: string, body?: object): Promise<LightMyRequestResponse>
  open(sealed: SealedPacket): Promise<string>
  review(
    clinic: ClinicInfo,
    claims: Partial<AttestationClaims> & { packetId: string },
    options: ReviewOptions,
  ): Promise<SignedReview>
}
export type ReviewOptions = { key?: JWK; alg?: 'ES256' | 'HS256' | 'none'; kid?: string; at: string }

/** Signs in with a passphrase: Argon2id, proof to the server, keys unwrapped here. */
export async function signIn(app: App, username: string, passphrase: string): Promise<StaffMember> {
  const asked = await app.inject({ url: `/api/staff/kdf?username=${encodeURIComponent(username)}` })
  const { kdf } = KdfResponse.parse(asked.json())
  const out = await argon2id({
    password: passphrase.normalize('NFKC').trim(),
    salt: Buffer.from(kdf.salt, 'base64url'),
    memorySize: kdf.memoryKiB,
    iterations: kdf.iterations,
    parallelism: kdf.parallelism,
    hashLength: 64,
    outputType: 'binary',
  })
  const authKey = Buffer.from(out.slice(0, 32)).toString('base64url')
  const answer = await app.inject({ method: 'POST', url: '/api/staff/login', payload: { username, authKey } })
  if (answer.statusCode !== 200) throw new Error(`login answered ${answer.statusCode}`)
  const login = LoginResponse.parse(answer.json())
  const keys = JSON.parse(Buffer.from((await compactDecrypt(login.wrappedKeys, out.slice(32))).plaintext).toString())
  const epochKeys = new Map<number, JWK>()
  for (const { epoch, jwe } of login.epochKeys) {
    const { plaintext } = await compactDecrypt(jwe, await importJWK({ ...keys.ecdh, alg: 'ECDH-ES+A256KW' }))
    epochKeys.set(epoch, JSON.parse(Buffer.from(plaintext).toString()))
  }
  const cookie = String(answer.headers['set-cookie']).split(';')[0] ?? ''
  return staffMember(app, login.staff.id, cookie, keys.ecdsa, epochKeys)
}

function staffMember(app: App, id: string, cookie: string, ecdsa: JWK, epochKeys: Map<number, JWK>): StaffMember {
  return {
    id,
    cookie,
    ecdsa,
    epochKeys,
    get: (url) => app.inject({ url, headers: { cookie } }),
    post: (url, body) =>
      app.inject({ method: 'POST', url, headers: { cookie }, ...(body === undefined ? {} : { payload: body }) }),
    async open(sealed) {
      const key = await importJWK({ ...epochKeys.get(sealed.routing.epoch), alg: 'ECDH-ES+A256KW' } as JWK)
      return Buffer.from((await generalDecrypt(sealed.jwe as never, key)).plaintext).toString()
    },
    async review(clinic, given, { key = ecdsa, alg = 'ES256', kid = String(ecdsa.kid), at }) {
      const secret = { version: 1, packetId: given.packetId, decision: given.decision ?? 'accept', reason: 'seen by the nurse' }
      const claims: AttestationClaims = {
        packetHash: hashOf('the packet'),
        reviewHash: hashOf(secret),
        reviewerId: id,
        decision: 'accept',
        decidedAt: at,
        ...given,
      }
      const { kty, crv, x, y } = clinic.epoch.encryptionKey
      const sealedReview = (await new GeneralEncrypt(Buffer.from(canonicalJson(secret)))
        .setProtectedHeader({ enc: 'A256GCM' })
        .setAdditionalAuthenticatedData(Buffer.from(canonicalJson(claims)))
        .addRecipient(await importJWK({ kty, crv, x, y, alg: 'ECDH-ES+A256KW' }))
        .setUnprotectedHeader({ alg: 'ECDH-ES+A256KW' })
        .encrypt()) as SignedReview['sealedReview']
      return { attestation: await attest(claims, alg, kid, key), sealedReview }
    },
  }
}

async function attest(claims: AttestationClaims, alg: 'ES256' | 'HS256' | 'none', kid: string, key: JWK): Promise<string> {
  const payload = Buffer.from(canonicalJson(claims))
  if (alg === 'none') {
    const header = Buffer.from(JSON.stringify({ alg: 'none', kid })).toString('base64url')
    return `${header}.${payload.toString('base64url')}.AA`
  }
  const signer = alg === 'ES256' ? await importJWK({ ...key, alg }) : Buffer.from(canonicalJson({ x: key.x, y: key.y }))
  return new CompactSign(payload).setProtectedHeader({ alg, kid }).sign(signer)
}
