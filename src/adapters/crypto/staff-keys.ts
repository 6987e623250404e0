import { argon2id } from 'hash-wasm'
import { compactDecrypt, importJWK } from 'jose'
import { err, ok, type Result } from '#contracts/result.ts'
import type { KdfParams, LoginResponse } from '#contracts/wire/staff.ts'
import { fromBase64Url, fromUtf8, toBase64Url } from './bytes.ts'

/** Cost below which a server's parameters are refused: it could otherwise make the passphrase cheap to guess. */
const LEAST = { memoryKiB: 65_536, iterations: 3 } as const

export type StretchError = { type: 'kdf-too-weak' }
export type Stretched = { authKey: string; wrapKey: Uint8Array<ArrayBuffer> }

/** Argon2id (RFC 9106) of the NFKC passphrase, 64 bytes: the first half proves identity, the second never leaves here. */
export const stretchPassphrase = async (passphrase: string, kdf: KdfParams): Promise<Result<Stretched, StretchError>> => {
  if (kdf.memoryKiB < LEAST.memoryKiB || kdf.iterations < LEAST.iterations) return err({ type: 'kdf-too-weak' })
  const out = await argon2id({
    password: passphrase.normalize('NFKC').trim(),
    salt: fromBase64Url(kdf.salt),
    memorySize: kdf.memoryKiB,
    iterations: kdf.iterations,
    parallelism: kdf.parallelism,
    hashLength: 64,
    outputType: 'binary',
  })
  return ok({ authKey: toBase64Url(out.slice(0, 32)), wrapKey: new Uint8Array(out.slice(32)) })
}

/** A person's keys, unwrapped, in memory only. `epochs` are the private keys packets are sealed to, by epoch. */
export type StaffKeys = { signing: CryptoKey; signingKid: string; epochs: ReadonlyMap<number, CryptoKey> }

type PrivateJwk = { kty: string; crv: string; x: string; y: string; d: string; kid: string }

const importPrivate = async ({ kty, crv, x, y, d }: PrivateJwk, alg: string): Promise<CryptoKey> => {
  const key = await importJWK({ kty, crv, x, y, d, alg }, alg, { extractable: false })
  if (key instanceof Uint8Array) throw new TypeError('an EC key is never bytes')
  return key
}

/** Unwraps what a login answered. Any damage is one error: there is nothing a person could repair by hand. */
export const unwrapStaffKeys = async (
  wrapKey: Uint8Array,
  login: LoginResponse,
): Promise<Result<StaffKeys, { type: 'keys-not-readable' }>> => {
  try {
    const { plaintext } = await compactDecrypt(login.wrappedKeys, wrapKey, {
      keyManagementAlgorithms: ['dir'],
      contentEncryptionAlgorithms: ['A256GCM'],
    })
    const own = JSON.parse(fromUtf8(plaintext)) as { ecdh: PrivateJwk; ecdsa: PrivateJwk }
    if (own.ecdsa.kid !== login.staff.signingKey.kid) return err({ type: 'keys-not-readable' })
    const ecdh = await importPrivate(own.ecdh, 'ECDH-ES+A256KW')
    const epochs = new Map<number, CryptoKey>()
    for (const { epoch, jwe } of login.epochKeys) {
      const opened = await compactDecrypt(jwe, ecdh, {
        keyManagementAlgorithms: ['ECDH-ES+A256KW'],
        contentEncryptionAlgorithms: ['A256GCM'],
      })
      epochs.set(epoch, await importPrivate(JSON.parse(fromUtf8(opened.plaintext)) as PrivateJwk, 'ECDH-ES+A256KW'))
    }
    return ok({ signing: await importPrivate(own.ecdsa, 'ES256'), signingKid: own.ecdsa.kid, epochs })
  } catch {
    return err({ type: 'keys-not-readable' })
  }
}
