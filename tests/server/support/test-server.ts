import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { cp, mkdtemp, readFile, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { buildApp } from '#server/app.ts'
import type { App } from '#server/context.ts'
import { hashOf } from '#server/crypto/hashes.ts'
import { closeDatabaseDirectory, openDatabaseDirectory } from '#server/durable/database-directory.ts'
import { durableFiles } from '#server/durable/durable-files.ts'
import { tables } from '#server/migrations/001-tables.ts'
import { guards } from '#server/migrations/002-guards.ts'
import { type OpenOptions, type OpenStore, openStore } from '#server/open-store.ts'
import { readSettings, type Settings } from '#server/settings.ts'

/** A clock tests can move. */
export type TestClock = { now: () => Date; advance(ms: number): void }

export function testClock(start = '2026-11-22T09:00:00.000Z'): TestClock {
  let at = Date.parse(start)
  return {
    now: () => new Date(at),
    advance(ms) {
      at += ms
    },
  }
}

export type TestServer = {
  app: App
  opened: OpenStore
  settings: Settings
  logs: Record<string, unknown>[]
  /** Stops the server and, unless told to keep it, deletes its data. */
  stop(keepData?: boolean): Promise<void>
}

export const newDataDirectory = (): Promise<string> => mkdtemp(join(tmpdir(), 'anteroom-server-'))

/**
 * An empty, migrated database directory, made once for a schema and copied from then on: PostgreSQL's own initialisation
 * takes seconds.
 */
export async function copyEmptyDatabase(directory: string): Promise<void> {
  const { version } = JSON.parse(await readFile('node_modules/@electric-sql/pglite/package.json', 'utf8'))
  const template = join(tmpdir(), `anteroom-empty-database-${hashOf([version, tables, guards]).slice(0, 12)}`)
  if (!existsSync(template)) {
    const made = await mkdtemp(join(tmpdir(), 'anteroom-template-'))
    await closeDatabaseDirectory(made, await openDatabaseDirectory(made, false), durableFiles)
    await rename(made, template).catch(() => rm(made, { recursive: true, force: true }))
  }
  await cp(template, directory, { recursive: true })
}

/** A fresh database on the PostgreSQL of `ANTEROOM_TEST_DATABASE_URL`; undefined (the embedded database) when it is not set. */
async function newPostgresDatabase(): Promise<string | undefined> {
  const { ANTEROOM_TEST_DATABASE_URL: url } = process.env
  if (url === undefined) return undefined
  const name = `anteroom_test_${randomUUID().replaceAll('-', '')}`
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(`create database ${name}`)
  await client.end()
  return Object.assign(new URL(url), { pathname: `/${name}` }).href
}

/** The real app over a real embedded database in a fresh directory (or a given one). */
export async function startTestServer(
  options: OpenOptions & { directory?: string; staticDir?: string; environment?: Record<string, string> } = {},
): Promise<TestServer> {
  const directory = options.directory ?? (await newDataDirectory())
  const DATABASE_URL = options.directory === undefined && options.files === undefined ? await newPostgresDatabase() : undefined
  if (options.directory === undefined && DATABASE_URL === undefined) await copyEmptyDatabase(directory)
  const settings = readSettings({
    DATA_DIR: directory,
    DATABASE_URL,
    STATIC_DIR: options.staticDir ?? join(directory, 'no-dist'),
    ...options.environment,
  })
  const opened = await openStore(settings, options)
  const logs: Record<string, unknown>[] = []
  const app = await buildApp(settings, opened, (line) => logs.push(line))
  await app.ready()
  return {
    app,
    opened,
    settings,
    logs,
    async stop(keepData = false) {
      await app.close()
      await opened.close()
      if (!keepData) await rm(directory, { recursive: true, force: true })
    },
  }
}
