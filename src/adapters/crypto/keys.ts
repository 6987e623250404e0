import { calculateJwkThumbprint, importJWK } from 'jose'
import { PublicJwk } from '#contracts/wire/keys.ts'
import { toBase64Url, utf8 } from './bytes.ts'

const ES256 = { name: 'ECDSA', namedCurve: 'P-256' } as const

/** ES256 key pair whose private half cannot leave the browser; IndexedDB keeps it as an opaque `CryptoKey`. */
export const makeSigningKeys = (): Promise<CryptoKeyPair> => crypto.subtle.generateKey(ES256, false, ['sign', 'verify'])

export const publicJwkOf = async (key: CryptoKey, use: 'enc' | 'sig'): Promise<PublicJwk> => {
  const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', key)
  const kid = await calculateJwkThumbprint({ kty: kty ?? '', crv: crv ?? '', x: x ?? '', y: y ?? '' })
  return PublicJwk.parse({ kty, crv, x, y, kid, use })
}

/** Detached ES256 (RFC 7518 §3.4: IEEE P1363, 64 bytes, base64url) over UTF-8 text. */
export const signText = async (key: CryptoKey, text: string): Promise<string> =>
  toBase64Url(new Uint8Array(await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, key, utf8(text))))

/** A public JWK as jose takes it; members that are absent stay absent. */
export const importPublic = async (jwk: PublicJwk, alg: 'ES256' | 'ECDH-ES+A256KW'): Promise<CryptoKey> => {
  const { kty, crv, x, y } = jwk
  const key = await importJWK({ kty, crv, x, y, alg }, alg)
  if (key instanceof Uint8Array) throw new TypeError('an EC key is never bytes')
  return key
}

/** Whether `kid` is the RFC 7638 thumbprint of the key it names. */
export const isOwnThumbprint = async (jwk: PublicJwk): Promise<boolean> =>
  (await calculateJwkThumbprint({ kty: jwk.kty, crv: jwk.crv, x: jwk.x, y: jwk.y })) === jwk.kid
