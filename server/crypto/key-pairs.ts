import { webcrypto } from 'node:crypto'
import { CompactEncrypt, calculateJwkThumbprint, importJWK } from 'jose'
import type { PublicJwk } from '#contracts/wire/keys.ts'
import type { PrivateJwk } from './signatures.ts'

/** A fresh P-256 key as private JWK, with `kid` = RFC 7638 thumbprint. `enc` is for ECDH, `sig` for ECDSA. */
export async function newPrivateKey(use: 'enc' | 'sig'): Promise<PrivateJwk> {
  const pair =
    use === 'enc'
      ? await webcrypto.subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, true, ['deriveBits'])
      : await webcrypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify'])
  const { x, y, d } = await webcrypto.subtle.exportKey('jwk', pair.privateKey)
  if (!x || !y || !d) throw new Error('the platform exported an incomplete P-256 key')
  const kid = await calculateJwkThumbprint({ kty: 'EC', crv: 'P-256', x, y })
  return { kty: 'EC', crv: 'P-256', x, y, d, kid, use }
}

/** Wraps a person's two private keys under the last 32 bytes of their Argon2id output (compact JWE, `dir`, A256GCM). */
export function wrapStaffKeys(wrapKey: Uint8Array, keys: { ecdh: PrivateJwk; ecdsa: PrivateJwk }): Promise<string> {
  return new CompactEncrypt(Buffer.from(JSON.stringify(keys))).setProtectedHeader({ alg: 'dir', enc: 'A256GCM' }).encrypt(wrapKey)
}

/** Wraps an epoch's private key to one person's ECDH key (compact JWE, ECDH-ES+A256KW, A256GCM). */
export async function wrapEpochKey(to: PublicJwk, epochKey: PrivateJwk): Promise<string> {
  const { kty, crv, x, y } = to
  return new CompactEncrypt(Buffer.from(JSON.stringify(epochKey)))
    .setProtectedHeader({ alg: 'ECDH-ES+A256KW', enc: 'A256GCM', kid: to.kid })
    .encrypt(await importJWK({ kty, crv, x, y, alg: 'ECDH-ES+A256KW' }))
}
