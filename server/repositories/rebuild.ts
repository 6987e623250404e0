import type { LedgerEntry } from '#contracts/wire/ledger.ts'
import type { BlobStore } from '../durable/blob-store.ts'
import { project } from './projection.ts'
import type { Db } from './schema.ts'

const BATCH = 200

/**
 * Applies the ledger entries the database lacks, in order. Throws when the database holds entries the ledger does not:
 * then the ledger was cut or exchanged, and a person must look.
 */
export async function rebuild(db: Db, entries: readonly LedgerEntry[], blobs: BlobStore): Promise<number> {
  const first = entries[0]
  const heads = await db.selectFrom('clinics').select(['clinic_id', 'head_seq', 'head_hash']).execute()
  const head = heads[0]
  if (head && (heads.length > 1 || head.clinic_id !== first?.clinicId || entries[head.head_seq - 1]?.hash !== head.head_hash)) {
    throw new Error(`the ledger does not hold the database's entry ${head.head_seq}: it was cut or exchanged`)
  }
  const recordOf = async (entry: LedgerEntry): Promise<unknown> => JSON.parse(await blobs.get(String(entry.detail.blob)))
  const missing = entries.slice(head?.head_seq ?? 0)
  for (let start = 0; start < missing.length; start += BATCH) {
    await db.transaction().execute(async (tx) => {
      for (const entry of missing.slice(start, start + BATCH)) await project(tx, entry, recordOf)
    })
  }
  return missing.length
}
