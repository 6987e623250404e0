import { mkdir } from 'node:fs/promises'
import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import type { LedgerEntry } from '#contracts/wire/ledger.ts'
import { type Credential, foundClinic } from './bootstrap.ts'
import { checkChain } from './crypto/ledger-chain.ts'
import { publicHalf } from './crypto/signatures.ts'
import { openBlobStore } from './durable/blob-store.ts'
import { closeDatabaseDirectory, openDatabaseDirectory } from './durable/database-directory.ts'
import { type DurableFiles, durableFiles } from './durable/durable-files.ts'
import { type HintRelay, openHintRelay } from './durable/hint-relay.ts'
import { type LedgerFile, ledgerPath, openLedgerFile, readLedgerLines } from './durable/ledger-file.ts'
import { entryAgainstHead, writeLedgerHead } from './durable/ledger-head.ts'
import { lockDataDirectory } from './durable/lock-file.ts'
import { createServerKeys, readServerKeys, type ServerKeys } from './durable/server-keys.ts'
import { migrate } from './migrations/migrate.ts'
import { rebuild } from './repositories/rebuild.ts'
import type { Db, Tables } from './repositories/schema.ts'
import { createStore, type Store } from './repositories/store.ts'
import type { Settings } from './settings.ts'

export type OpenStore = {
  store: Store
  keys: ServerKeys
  /** Passphrases of the demo staff on the very first start, else empty. */
  credentials: Credential[]
  /** What the start had to mend, for the log: counts only. */
  mended: { cutBytes: number; rebuiltEntries: number }
  onEntry(listener: (entry: LedgerEntry) => void): void
  /** Between several servers on one PostgreSQL; null when this server is alone. */
  relay: HintRelay | null
  close(): Promise<void>
}

export type OpenOptions = { now?: () => Date; files?: DurableFiles }

/** Opens the clinic's data: PostgreSQL when `DATABASE_URL` is set, else the embedded database with its durable ledger. */
export function openStore(settings: Settings, options: OpenOptions = {}): Promise<OpenStore> {
  const { DATABASE_URL: url } = settings
  return url === undefined ? openEmbedded(settings, options) : openPostgres(url, settings, options)
}

async function openEmbedded(
  settings: Settings,
  { now = () => new Date(), files = durableFiles }: OpenOptions,
): Promise<OpenStore> {
  const directory = settings.DATA_DIR
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const lock = await lockDataDirectory(directory, now())
  let db: Db | null = null
  let ledger: LedgerFile | null = null
  try {
    const openLedger = await openLedgerFile(directory, files)
    ledger = openLedger
    const { entries, cutBytes } = openLedger
    const known = await readServerKeys(directory)
    if (known === null && entries.length > 0) throw new Error(`${directory} has a ledger but no keys`)
    const keys = known ?? (await createServerKeys(directory, files))
    const bad = await entryAgainstHead(directory, keys.receiptKey, entries)
    if (bad !== null) throw new Error(`the ledger is damaged at entry ${bad} (it was cut or written anew)`)
    const blobs = openBlobStore(directory, files)
    db = await openDatabaseDirectory(directory, lock.heldByCrashedProcessOfThisBoot)
    const rebuiltEntries = await rebuild(db, entries, blobs)

    const openDb = db
    let head = entries.at(-1) ?? null
    const heads = headWriter(directory, files, keys)
    const recover = async () => {
      const checked = checkChain((await readLedgerLines(ledgerPath(directory))).lines)
      if (!checked.ok) throw new Error(`the ledger is damaged at entry ${checked.error.seq}`)
      await rebuild(openDb, checked.value, blobs)
    }
    const durable = {
      async keep(entry: LedgerEntry, recordText: string | null) {
        if (recordText !== null) await blobs.put(String(entry.detail.blob), recordText)
        await openLedger.append(entry)
        head = entry
        heads.note(entry)
      },
    }
    const opened = await ready({ settings, db, now, keys, durable, recover, clinicId: head?.clinicId ?? null })
    return {
      ...opened,
      mended: { cutBytes, rebuiltEntries },
      relay: null,
      async close() {
        await heads.stop()
        if (head !== null) await writeLedgerHead(directory, files, keys.receiptKey, head)
        await openLedger.close()
        await closeDatabaseDirectory(directory, openDb, files)
        await lock.release()
      },
    }
  } catch (error) {
    await ledger?.close()
    await db?.destroy().catch(() => undefined)
    await lock.release()
    throw error
  }
}

/** Writes the signed head at most every two seconds: the ledger itself is safe already, this only shows cutting. */
function headWriter(directory: string, files: DurableFiles, keys: ServerKeys) {
  let newest: LedgerEntry | null = null
  let timer: NodeJS.Timeout | null = null
  let writing: Promise<void> = Promise.resolve()
  const write = () => {
    timer = null
    const entry = newest
    if (entry !== null) writing = writeLedgerHead(directory, files, keys.receiptKey, entry).catch(() => undefined)
  }
  return {
    note(entry: LedgerEntry) {
      newest = entry
      timer ??= setTimeout(write, 2000).unref()
    },
    async stop() {
      if (timer !== null) clearTimeout(timer)
      await writing
    },
  }
}

async function openPostgres(
  url: string,
  settings: Settings,
  { now = () => new Date(), files = durableFiles }: OpenOptions,
): Promise<OpenStore> {
  const pool = new pg.Pool({ connectionString: url, max: 10 })
  // An idle connection may break at any time; the next query takes a new one.
  pool.on('error', () => undefined)
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })
  try {
    await migrate(db)
    const clinic = await db.selectFrom('clinics').select(['clinic_id', 'receipt_key']).executeTakeFirst()
    const known = await readServerKeys(settings.DATA_DIR)
    if (clinic && JSON.parse(clinic.receipt_key).kid !== known?.receiptKey.kid) {
      throw new Error('DATA_DIR/keys does not hold the receipt key of the clinic in this database')
    }
    const keys = known ?? (await createServerKeys(settings.DATA_DIR, files))
    const parts = { durable: { keep: async () => undefined }, recover: async () => undefined }
    const opened = await ready({ settings, db, now, keys, clinicId: clinic?.clinic_id ?? null, ...parts })
    const relay = await openHintRelay(url, opened.store.clinicId, pool)
    const close = async () => {
      await relay.close()
      await db.destroy()
    }
    return { ...opened, mended: { cutBytes: 0, rebuiltEntries: 0 }, relay, close }
  } catch (error) {
    await db.destroy()
    throw error
  }
}

type ReadyParts = {
  settings: Settings
  db: Db
  now: () => Date
  keys: ServerKeys
  durable: { keep(entry: LedgerEntry, recordText: string | null): Promise<void> }
  recover: () => Promise<void>
  clinicId: string | null
}

/** The store over an open database; founds the clinic when there is none yet. */
async function ready(parts: ReadyParts): Promise<Pick<OpenStore, 'store' | 'keys' | 'credentials' | 'onEntry'>> {
  const { settings, db, now, keys, durable, recover } = parts
  const listeners: ((entry: LedgerEntry) => void)[] = []
  const onEntry = (entry: LedgerEntry) => {
    for (const listener of listeners) listener(entry)
  }
  const founded = parts.clinicId === null ? await foundClinic(settings.CLINIC_NAME, publicHalf(keys.receiptKey), now()) : null
  const clinicId = parts.clinicId ?? founded?.record.clinicId ?? ''
  const store = createStore({ db, clinicId, now, durable, recover, onEntry })
  if (founded !== null) {
    const draft = { kind: 'genesis' as const, actor: 'server', detail: { keyId: keys.receiptKey.kid }, record: founded.record }
    await store.commit(async () => ({ draft, answer: null }))
  }
  return { store, keys, credentials: founded?.credentials ?? [], onEntry: (listener) => listeners.push(listener) }
}
