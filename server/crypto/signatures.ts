import { webcrypto } from 'node:crypto'
import { base64url, CompactSign, calculateJwkThumbprint, compactVerify, importJWK } from 'jose'
import type { PublicJwk } from '#contracts/wire/keys.ts'
import { canonicalJson } from './canonical-json.ts'

/** A P-256 private key as JWK; stays in `DATA_DIR/keys` (receipts) or inside wrapped keys (staff, epochs). */
export type PrivateJwk = PublicJwk & { d: string }

const P256 = { name: 'ECDSA', namedCurve: 'P-256' } as const

/** True when `kid` is the RFC 7638 thumbprint of the key and the point is on the curve. */
export async function isWellFormedKey(key: PublicJwk): Promise<boolean> {
  try {
    await webcrypto.subtle.importKey('jwk', { kty: key.kty, crv: key.crv, x: key.x, y: key.y }, P256, false, ['verify'])
    return (await calculateJwkThumbprint({ kty: key.kty, crv: key.crv, x: key.x, y: key.y })) === key.kid
  } catch {
    return false
  }
}

/** Verifies a detached ES256 signature (base64url, IEEE P1363) over the UTF-8 of `text`. Never throws on hostile input. */
export async function isSignedBy(key: PublicJwk, text: string, signature: string): Promise<boolean> {
  try {
    const jwk = { kty: key.kty, crv: key.crv, x: key.x, y: key.y }
    const imported = await webcrypto.subtle.importKey('jwk', jwk, P256, false, ['verify'])
    const bytes = new Uint8Array(base64url.decode(signature))
    if (bytes.length !== 64) return false
    return await webcrypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, imported, bytes, Buffer.from(text))
  } catch {
    return false
  }
}

/** Compact ES256 JWS over the canonical JSON of `claims`. `typ` keeps one kind of token from passing as another. */
export async function signClaims(key: PrivateJwk, typ: string, claims: unknown): Promise<string> {
  const { kty, crv, x, y, d } = key
  return new CompactSign(Buffer.from(canonicalJson(claims)))
    .setProtectedHeader({ alg: 'ES256', kid: key.kid, typ })
    .sign(await importJWK({ kty, crv, x, y, d, alg: 'ES256' }))
}

/** The JSON payload of a compact JWS by exactly this key with ES256, or null: wrong alg, kid, signature or shape. */
export async function verifiedClaims(key: PublicJwk, jws: string): Promise<unknown> {
  try {
    const { kty, crv, x, y } = key
    const { payload, protectedHeader } = await compactVerify(jws, await importJWK({ kty, crv, x, y, alg: 'ES256' }), {
      algorithms: ['ES256'],
    })
    if (protectedHeader.kid !== key.kid) return null
    return JSON.parse(Buffer.from(payload).toString('utf8'))
  } catch {
    return null
  }
}

/** Public half of a private JWK. */
export function publicHalf(key: PrivateJwk): PublicJwk {
  const { kty, crv, x, y, kid, use } = key
  return use === undefined ? { kty, crv, x, y, kid } : { kty, crv, x, y, kid, use }
}
