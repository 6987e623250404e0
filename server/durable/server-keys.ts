import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { PublicJwk } from '#contracts/wire/keys.ts'
import { newPrivateKey } from '../crypto/key-pairs.ts'
import type { PrivateJwk } from '../crypto/signatures.ts'
import type { DurableFiles } from './durable-files.ts'

const ServerKeys = z.strictObject({
  /** Signs receipts and ledger heads. */
  receiptKey: PublicJwk.extend({ d: z.string() }),
  /** Makes the answers for unknown user names stable. */
  loginSecret: z.string().min(43),
})
export type ServerKeys = { receiptKey: PrivateJwk; loginSecret: string }

/** Reads `DATA_DIR/keys/server.json` (mode 600), or null when this data directory has none yet. Throws when it is damaged. */
export async function readServerKeys(directory: string): Promise<ServerKeys | null> {
  const text = await readFile(join(directory, 'keys', 'server.json'), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  if (text === null) return null
  const { receiptKey, loginSecret } = ServerKeys.parse(JSON.parse(text))
  const { use, alg, ...key } = receiptKey
  return { receiptKey: { ...key, use: use ?? 'sig', ...(alg === undefined ? {} : { alg }) }, loginSecret }
}

/** Makes the server's own keys and keeps them durably. */
export async function createServerKeys(directory: string, files: DurableFiles): Promise<ServerKeys> {
  const keys = { receiptKey: await newPrivateKey('sig'), loginSecret: randomBytes(32).toString('base64url') }
  await files.replace(join(directory, 'keys', 'server.json'), JSON.stringify(keys), 0o600)
  return keys
}
