import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { PublicJwk } from '#contracts/wire/keys.ts'
import type { LedgerEntry } from '#contracts/wire/ledger.ts'
import { type PrivateJwk, signClaims, verifiedClaims } from '../crypto/signatures.ts'
import type { DurableFiles } from './durable-files.ts'

const HeadClaims = z.strictObject({ clinicId: z.string(), seq: z.number().int().positive(), hash: z.string() })
const headPath = (directory: string): string => join(directory, 'ledger.head')

/**
 * A signed note of the newest entry, written behind the ledger. A chain alone does not show that its end was cut or that
 * all of it was written anew; this does, up to the last note.
 */
export async function writeLedgerHead(
  directory: string,
  files: DurableFiles,
  key: PrivateJwk,
  entry: LedgerEntry,
): Promise<void> {
  const claims = { clinicId: entry.clinicId, seq: entry.seq, hash: entry.hash }
  await files.replace(headPath(directory), await signClaims(key, 'anteroom-ledger-head', claims))
}

/** First entry that contradicts the signed note, or null when the ledger holds it (or there is no note yet). */
export async function entryAgainstHead(
  directory: string,
  key: PublicJwk,
  entries: readonly LedgerEntry[],
): Promise<number | null> {
  const jws = await readFile(headPath(directory), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  if (jws === null) return null
  const head = HeadClaims.safeParse(await verifiedClaims(key, jws))
  if (!head.success) return 1
  const { seq, hash } = head.data
  if (entries.length < seq) return entries.length + 1
  return entries[seq - 1]?.hash === hash ? null : seq
}
