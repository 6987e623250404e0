import { Dexie, type EntityTable } from 'dexie'
import { KEEP_MS } from '#domain/retention/expiry.ts'
import type { Ciphertext, SessionCipher } from '../crypto/session-cipher.ts'

type DraftRow = { id: string; storedAt: number; bytes: Ciphertext }
type SessionDatabase = Dexie & { drafts: EntityTable<DraftRow, 'id'> }

/** The part of the Storage Buckets API (WICG) used here; Chromium has it, other browsers use the default bucket. */
type Bucket = { indexedDB: IDBFactory }
type BucketManager = {
  open(name: string, options: { expires: number; durability: string }): Promise<Bucket>
  delete(name: string): Promise<void>
  keys(): Promise<string[]>
}

const BUCKET = 'anteroom-session'
const DATABASE = 'anteroom-session'

const bucketManager = (): BucketManager | null => (navigator as { storageBuckets?: BucketManager }).storageBuckets ?? null

/** What a session keeps on disk: ciphertext under a key that lives in memory, in a bucket that expires by itself. */
export interface SessionStore {
  /** Whether rows reach the disk; false after a quota error, when the session goes on in memory alone. */
  readonly durable: () => boolean
  save(id: string, text: string): Promise<void>
  load(id: string): Promise<string | null>
  /** Forgets everything and removes the bucket from disk. */
  wipe(): Promise<void>
}

/** Removes what an earlier session may have left: its key is gone, so is its use. Call before a patient starts. */
export const sweepSessions = async (): Promise<void> => {
  const buckets = bucketManager()
  if (buckets && (await buckets.keys()).includes(BUCKET)) await buckets.delete(BUCKET)
  await Dexie.delete(DATABASE)
}

export const openSessionStore = async (cipher: SessionCipher, now: () => number): Promise<SessionStore> => {
  const buckets = bucketManager()
  const bucket = await buckets?.open(BUCKET, { expires: now() + KEEP_MS.session, durability: 'relaxed' }).catch(() => null)
  const db = new Dexie(DATABASE, bucket ? { indexedDB: bucket.indexedDB, IDBKeyRange } : {}) as SessionDatabase
  db.version(1).stores({ drafts: 'id' })
  const memory = new Map<string, string>()
  let durable = true
  return {
    durable: () => durable,
    save: async (id, text) => {
      memory.set(id, text)
      if (!durable) return
      try {
        await db.drafts.put({ id, storedAt: now(), bytes: await cipher.seal(text, `drafts/${id}`) })
      } catch {
        durable = false
      }
    },
    load: async (id) => {
      const held = memory.get(id)
      if (held !== undefined) return held
      const row = await db.drafts.get(id)
      const opened = row ? await cipher.open(row.bytes, `drafts/${id}`) : null
      return opened?.ok ? opened.value : null
    },
    wipe: async () => {
      memory.clear()
      db.close()
      await sweepSessions()
    },
  }
}
