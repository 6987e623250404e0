import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import { checkChain } from './crypto/ledger-chain.ts'
import { openBlobStore } from './durable/blob-store.ts'
import { durableFiles } from './durable/durable-files.ts'
import { ledgerPath, readLedgerLines } from './durable/ledger-file.ts'
import { entryAgainstHead } from './durable/ledger-head.ts'
import { readServerKeys } from './durable/server-keys.ts'
import { toEntry } from './repositories/ledger-entries.ts'
import type { Tables } from './repositories/schema.ts'

/** What a check of the whole ledger found. `seq` is the first bad entry. */
export type LedgerVerdict =
  | { ok: true; entries: number; headHash: string; tornBytes: number }
  | { ok: false; seq: number; reason: string }

/**
 * Checks `ledger.jsonl`: chain and hashes of all entries, the signed note of its newest entry, and every record it points
 * to. Reads only; safe beside a running server.
 */
export async function verifyLedgerDirectory(directory: string): Promise<LedgerVerdict> {
  // The note is read after the file: it is written behind it, so it must not be older than what is checked against it.
  const { lines, wholeBytes, totalBytes } = await readLedgerLines(ledgerPath(directory))
  const checked = checkChain(lines)
  if (!checked.ok) return { ok: false, seq: checked.error.seq, reason: checked.error.reason }
  const entries = checked.value
  const keys = await readServerKeys(directory)
  if (keys === null) throw new Error(`${directory} holds no server keys`)
  const bad = await entryAgainstHead(directory, keys.receiptKey, entries)
  if (bad !== null) {
    // A running server may have written on between the two reads.
    const again = checkChain((await readLedgerLines(ledgerPath(directory))).lines)
    const still = again.ok ? await entryAgainstHead(directory, keys.receiptKey, again.value) : bad
    if (still !== null) return { ok: false, seq: still, reason: 'cut or written anew' }
  }
  const blobs = openBlobStore(directory, durableFiles)
  for (const { seq, detail } of entries) {
    if (typeof detail.blob !== 'string') continue
    const isThere = await blobs.get(detail.blob).then(
      () => true,
      () => false,
    )
    if (!isThere) return { ok: false, seq, reason: 'its record is missing or damaged' }
  }
  return { ok: true, entries: entries.length, headHash: entries.at(-1)?.hash ?? '', tornBytes: totalBytes - wholeBytes }
}

/** Checks the ledger table of a PostgreSQL database: chain, hashes and that it ends where the clinic's head says. */
export async function verifyLedgerDatabase(url: string): Promise<LedgerVerdict> {
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: new pg.Pool({ connectionString: url, max: 1 }) }) })
  try {
    const rows = await db.selectFrom('ledger').selectAll().orderBy('clinic_id').orderBy('seq').execute()
    const clinic = await db.selectFrom('clinics').select(['head_seq', 'head_hash']).executeTakeFirst()
    const checked = checkChain(rows.map(toEntry))
    if (!checked.ok) return { ok: false, seq: checked.error.seq, reason: checked.error.reason }
    const last = checked.value.at(-1)
    if (clinic && (clinic.head_seq !== rows.length || clinic.head_hash !== last?.hash)) {
      return { ok: false, seq: rows.length + 1, reason: 'cut or written anew' }
    }
    return { ok: true, entries: rows.length, headHash: last?.hash ?? '', tornBytes: 0 }
  } finally {
    await db.destroy()
  }
}
