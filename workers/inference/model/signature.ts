import { calculateJwkThumbprint, decodeProtectedHeader, flattenedVerify, importJWK } from 'jose'
import { err, ok, type Result } from '#contracts/result.ts'
import type { TrustedKeys } from '#contracts/workers/model.ts'

/** Keeps a signature of something else from passing as one of a manifest. */
export const SIGNATURE_TYPE = 'model-manifest+jws'

export type SignatureError = { type: 'not-a-signature' | 'wrong-algorithm' | 'unknown-key' | 'bad-signature' }

/** `kid` of the trusted key that signed exactly `manifest`, else why the signature does not count. Never throws on hostile input. */
export const verifySignature = async (
  manifest: Uint8Array,
  signature: string,
  trusted: TrustedKeys,
): Promise<Result<string, SignatureError>> => {
  const [head = '', payload, tail = '', ...more] = signature.trim().split('.')
  if (payload !== '' || more.length > 0) return err({ type: 'not-a-signature' })
  const header = headerOf(head)
  if (header?.typ !== SIGNATURE_TYPE || header.b64 !== false) return err({ type: 'not-a-signature' })
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
