import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { CompactSign, FlattenedSign, importJWK } from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import type { TrustedKeys } from '#contracts/workers/model.ts'
import { verifySignature } from '#workers/inference/model/signature.ts'
import { makeKey, type PrivateJwk, publicHalf, signManifest } from '../../../scripts/models/signature.ts'

const MANIFEST = new TextEncoder().encode('{\n  "id": "a model", "hash": "é"\n}\n')
const refused = (type: string) => ({ ok: false, error: { type } })

let key: PrivateJwk
let other: PrivateJwk
let trusted: TrustedKeys
beforeAll(async () => {
  key = await makeKey()
  other = await makeKey()
  trusted = { keys: [publicHalf(key)] }
})

const imported = ({ kty, crv, x, y, d }: PrivateJwk) => importJWK({ kty, crv, x, y, d }, 'ES256')

/** A detached signature with any header, by `key`. */
const signedWith = async (header: Record<string, unknown>, by: PrivateJwk = key): Promise<string> => {
  const jws = await new FlattenedSign(MANIFEST)
    .setProtectedHeader({ alg: 'ES256', kid: key.kid, typ: 'model-manifest+jws', b64: false, crit: ['b64'], ...header })
    .sign(await imported(by))
  return `${jws.protected}..${jws.signature}`
}
const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

describe('a signed manifest', () => {
  it('is accepted with the key that signed it, trailing line feed or not', async () => {
    const signature = await signManifest(MANIFEST, key)
    expect(await verifySignature(MANIFEST, signature, trusted)).toEqual({ ok: true, value: key.kid })
    expect(await verifySignature(MANIFEST, `${signature}\n`, trusted)).toEqual({ ok: true, value: key.kid })
  })

  it('is refused when any one byte of it changed', async () => {
    const signature = await signManifest(MANIFEST, key)
    for (const at of MANIFEST.keys()) {
      const changed = MANIFEST.map((byte, i) => (i === at ? byte ^ 1 : byte))
      expect(await verifySignature(changed, signature, trusted)).toEqual(refused('bad-signature'))
    }
    expect(await verifySignature(MANIFEST.slice(1), signature, trusted)).toEqual(refused('bad-signature'))
  })

  it('is refused when the signature changed', async () => {
    const [head, , tail = ''] = (await signManifest(MANIFEST, key)).split('.')
    const changed = `${tail[0] === 'A' ? 'B' : 'A'}${tail.slice(1)}`
    expect(await verifySignature(MANIFEST, `${head}..${changed}`, trusted)).toEqual(refused('bad-signature'))
  })

  it('is refused when the key is not trusted, or another key used the id of a trusted one', async () => {
    expect(await verifySignature(MANIFEST, await signManifest(MANIFEST, other), trusted)).toEqual(refused('unknown-key'))
    expect(await verifySignature(MANIFEST, await signManifest(MANIFEST, key), { keys: [] })).toEqual(refused('unknown-key'))
    expect(await verifySignature(MANIFEST, await signedWith({}, other), trusted)).toEqual(refused('bad-signature'))
  })

  it('is refused when a trusted entry carries another key under the id', async () => {
    const swapped = { keys: [{ ...publicHalf(other), kid: key.kid }] }
    expect(await verifySignature(MANIFEST, await signedWith({}, other), swapped)).toEqual(refused('unknown-key'))
  })

  it('is refused under another algorithm, none included', async () => {
    const header = { kid: key.kid, typ: 'model-manifest+jws', b64: false, crit: ['b64'] }
    expect(await verifySignature(MANIFEST, `${encoded({ ...header, alg: 'none' })}..`, trusted)).toEqual(
      refused('wrong-algorithm'),
    )
    const secret = new TextEncoder().encode(key.x)
    const mac = await new FlattenedSign(MANIFEST).setProtectedHeader({ ...header, alg: 'HS256' }).sign(secret)
    expect(await verifySignature(MANIFEST, `${mac.protected}..${mac.signature}`, trusted)).toEqual(refused('wrong-algorithm'))
    const [, , tail] = (await signManifest(MANIFEST, key)).split('.')
    expect(await verifySignature(MANIFEST, `${encoded({ ...header, alg: 'ES256' })}..${tail}`, trusted)).toEqual(
      refused('bad-signature'),
    )
  })

  it('is refused when it is no detached signature of a manifest', async () => {
    const attached = await new CompactSign(MANIFEST)
      .setProtectedHeader({ alg: 'ES256', kid: key.kid, typ: 'model-manifest+jws' })
      .sign(await imported(key))
    const [head, , tail] = attached.split('.')
    const otherKind = await signedWith({ typ: 'receipt' })
    for (const text of ['', 'a', '..', 'a..b', `${encoded([])}..x`, attached, `${head}..${tail}`, otherKind, `${otherKind}.x`])
      expect(await verifySignature(MANIFEST, text, trusted)).toEqual(refused('not-a-signature'))
  })
})

describe('the shared vector', () => {
  const vector = JSON.parse(readFileSync(resolve(import.meta.dirname, '../../vectors/model-manifest/vectors.json'), 'utf8'))
  const manifest = new TextEncoder().encode(vector.manifest)

  it.each(['python', 'node'])('holds a signature made in %s that is accepted here', async (maker) => {
    const kid = vector.trusted.keys[0].kid
    expect(await verifySignature(manifest, vector.signatures[maker], vector.trusted)).toEqual({ ok: true, value: kid })
    expect(await verifySignature(manifest.slice(0, -1), vector.signatures[maker], vector.trusted)).toEqual(
      refused('bad-signature'),
    )
  })
})
