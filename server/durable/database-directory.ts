import { constants } from 'node:fs'
import { open, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { Kysely } from 'kysely'
import { migrate } from '../migrations/migrate.ts'
import type { Db, Tables } from '../repositories/schema.ts'
import { type DurableFiles, syncDirectory } from './durable-files.ts'
import { pgliteDialect } from './pglite-dialect.ts'

const databasePath = (directory: string): string => join(directory, 'pglite')
const markPath = (directory: string): string => join(directory, 'pglite.closed')

/**
 * Opens the embedded database. PGlite never flushes to disk, so after anything but a flushed close or a mere process
 * crash (`mayTrust`) its files are thrown away and an empty database is answered, to be rebuilt from the ledger.
 */
export async function openDatabaseDirectory(directory: string, mayTrust: boolean): Promise<Db> {
  const wasFlushed = (await readFile(markPath(directory), 'utf8').catch(() => null)) !== null
  await rm(markPath(directory), { force: true })
  await syncDirectory(directory)
  if (!wasFlushed && !mayTrust) await rm(databasePath(directory), { recursive: true, force: true })
  try {
    return await openAndMigrate(directory)
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOSPC') throw error
    await rm(databasePath(directory), { recursive: true, force: true })
    return openAndMigrate(directory)
  }
}

async function openAndMigrate(directory: string): Promise<Db> {
  const client = await PGlite.create(databasePath(directory))
  const db = new Kysely<Tables>({ dialect: pgliteDialect(client) })
  try {
    await migrate(db)
  } catch (error) {
    await db.destroy().catch(() => undefined)
    throw error
  }
  return db
}

/** Closes the database, flushes all its files and notes that they can be trusted at the next start. */
export async function closeDatabaseDirectory(directory: string, db: Db, files: DurableFiles): Promise<void> {
  await db.destroy()
  await syncTree(databasePath(directory))
  await files.replace(markPath(directory), 'flushed')
}

async function syncTree(path: string): Promise<void> {
  for (const entry of await readdir(path, { withFileTypes: true })) {
    const child = join(path, entry.name)
    if (entry.isDirectory()) await syncTree(child)
    else if (entry.isFile()) {
      const handle = await open(child, constants.O_RDWR)
      await handle.sync().finally(() => handle.close())
    }
  }
  await syncDirectory(path)
}
