import { calculateJwkThumbprint, exportJWK, FlattenedSign, generateKeyPair, importJWK } from 'jose'
import { z } from 'zod'
import { PublicJwk } from '#contracts/wire/keys.ts'
import { SIGNATURE_TYPE } from '#workers/inference/model/signature.ts'

/** A private key file: `npm run models -- keygen` makes it, outside the repository. */
export const PrivateJwk = PublicJwk.extend({ d: z.string() })
export type PrivateJwk = z.infer<typeof PrivateJwk>

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
    .setProtectedHeader({ alg: 'ES256', kid, typ: SIGNATURE_TYPE, b64: false, crit: ['b64'] })
    .sign(await importJWK({ kty, crv, x, y, d }, 'ES256'))
  return `${jws.protected}..${jws.signature}`
}
