import {
  calculateJwkThumbprint,
  decodeProtectedHeader,
  exportJWK,
  FlattenedSign,
  flattenedVerify,
  generateKeyPair,
  importJWK,
} from 'jose'
import { z } from 'zod'
import { err, ok, type Result } from '#contracts/result.ts'
import { PublicJwk } from '#contracts/wire/keys.ts'
import type { TrustedKeys } from '#contracts/workers/model.ts'

/** A private key file: `npm run models -- keygen` makes it, outside the repository. */
export const PrivateJwk = PublicJwk.extend({ d: z.string() })
export type PrivateJwk = z.infer<typeof PrivateJwk>

/** Keeps a signature of something else from passing as one of a manifest. */
const TYPE = 'model-manifest+jws'

export type SignatureError = { type: 'not-a-signature' | 'wrong-algorithm' | 'unknown-key' | 'bad-signature' }

export const publicHalf = ({ d: _, ...key }: PrivateJwk): PublicJwk => key

export const makeKey = async (): Promise<PrivateJwk> => {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  const { kty, crv, x, y, d } = await exportJWK(privateKey)
  const kid = await calculateJwkThumbprint({ kty: kty ?? '', crv: crv ?? '', x: x ?? '', y: y ?? '' })
  return PrivateJwk.parse({ kty, crv, x, y, d, kid, use: 'sig', alg: 'ES256' })
}

/** Detached ES256 JWS over the bytes as they are (RFC 7515 appendix F, RFC 7797): `header..signature`. */
export const signManifest = async (manifest: Uint8Array, key: PrivateJwk): Promise<string> => {
  const { kty, crv, x, y, d, kid } = key
  const jws = await new FlattenedSign(manifest)
    .setProtectedHeader({ alg: 'ES256', kid, typ: TYPE, b64: false, crit: ['b64'] })
    .sign(await importJWK({ kty, crv, x, y, d }, 'ES256'))
  return `${jws.protected}..${jws.signature}`
}

/** `kid` of the trusted key that signed exactly `manifest`, else why the signature does not count. Never throws on hostile input. */
export const verifySignature = async (
  manifest: Uint8Array,
  signature: string,
  trusted: TrustedKeys,
): Promise<Result<string, SignatureError>> => {
  const [head = '', payload, tail = '', ...more] = signature.trim().split('.')
  if (payload !== '' || more.length > 0) return err({ type: 'not-a-signature' })
  const header = headerOf(head)
  if (header?.typ !== TYPE || header.b64 !== false) return err({ type: 'not-a-signature' })
  if (header.alg !== 'ES256') return err({ type: 'wrong-algorithm' })
  const key = trusted.keys.find((k) => k.kid === header.kid)
  if (!key) return err({ type: 'unknown-key' })
  try {
    const { kty, crv, x, y } = key
    if ((await calculateJwkThumbprint({ kty, crv, x, y })) !== key.kid) return err({ type: 'unknown-key' })
    const imported = await importJWK({ kty, crv, x, y }, 'ES256')
    await flattenedVerify({ protected: head, payload: manifest, signature: tail }, imported, { algorithms: ['ES256'] })
    return ok(key.kid)
  } catch {
    return err({ type: 'bad-signature' })
  }
}

const headerOf = (head: string): ReturnType<typeof decodeProtectedHeader> | null => {
  try {
    return decodeProtectedHeader({ protected: head, payload: '', signature: '' })
  } catch {
    return null
  }
}
