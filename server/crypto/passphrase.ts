import { createHmac, randomBytes, randomInt } from 'node:crypto'
import { argon2id } from 'hash-wasm'
import type { KdfParams } from '#contracts/wire/staff.ts'
import { words } from './words.ts'

/** Argon2id cost of every staff passphrase: 64 MiB, 3 passes, 1 lane (about 0.6 s on a clinic PC). */
const COST = { memoryKiB: 65_536, iterations: 3, parallelism: 1 } as const
const SALT_BYTES = 16

/** Fresh parameters for a new person. */
export const newKdf = (): KdfParams => ({ salt: randomBytes(SALT_BYTES).toString('base64url'), ...COST })

/** Parameters for a name nobody has: stable for the name, so that asking twice does not tell unknown names apart. */
export function decoyKdf(loginSecret: string, username: string): KdfParams {
  const salt = createHmac('sha256', loginSecret).update(username).digest().subarray(0, SALT_BYTES)
  return { salt: salt.toString('base64url'), ...COST }
}

/** Five words and a two-digit number; about 46 bits, slowed by Argon2id and the login limits. */
export function newPassphrase(): string {
  const pick = () => words[randomInt(words.length)]
  return [pick(), pick(), pick(), pick(), pick(), String(randomInt(10, 100))].join('-')
}

/** 64 bytes of Argon2id over the NFKC form of the passphrase, cut in two: proof for the server, key that wraps keys. */
export async function stretch(passphrase: string, kdf: KdfParams): Promise<{ authKey: Uint8Array; wrapKey: Uint8Array }> {
  const out = await argon2id({
    password: passphrase.normalize('NFKC').trim(),
    salt: Buffer.from(kdf.salt, 'base64url'),
    memorySize: kdf.memoryKiB,
    iterations: kdf.iterations,
    parallelism: kdf.parallelism,
    hashLength: 64,
    outputType: 'binary',
  })
  return { authKey: out.slice(0, 32), wrapKey: out.slice(32) }
}
