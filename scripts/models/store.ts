import { existsSync, readFileSync } from 'node:fs'
import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { ModelCatalog, type ModelRow } from '#contracts/wire/model-catalog.ts'
import { durableFiles, syncDirectory } from '#server/durable/durable-files.ts'
import { lockDataDirectory } from '#server/durable/lock-file.ts'
import { Refusal } from './refusal.ts'

/** `manifest.jws`, `provenance.json`: beside each manifest of the store. */
export const SIGNATURE = 'manifest.jws'
export const PROVENANCE = 'provenance.json'

/** Hidden, so that nothing of it is ever served: downloads under way and what waits to be deleted. */
const WORK = '.work'

export const readStore = (folder: string): ModelCatalog => {
  const file = join(folder, 'catalog.json')
  return existsSync(file) ? ModelCatalog.parse(JSON.parse(readFileSync(file, 'utf8'))) : { models: [] }
}

/** Folder of an unfinished model. */
export const workFolder = (store: string, id: string): string => join(store, WORK, id)

/** Runs a job that changes the store; a second one at the same time is refused. */
export const changingStore = async <T>(store: string, now: Date, job: () => Promise<T>): Promise<T> => {
  const work = join(store, WORK)
  await mkdir(work, { recursive: true, mode: 0o700 })
  const lock = await lockDataDirectory(work, now).catch(() => {
    throw new Refusal(`another models command is at work in ${store}; wait for it`)
  })
  try {
    return await job()
  } finally {
    await lock.release()
  }
}

/** Moves a finished folder into its place in one step, the earlier one aside, then lists it. */
export const publish = async (store: string, staging: string, row: ModelRow): Promise<void> => {
  await syncTree(staging)
  const target = join(store, row.id)
  const old = join(store, WORK, `old-${row.id}`)
  await rm(old, { recursive: true, force: true })
  if (existsSync(target)) await rename(target, old)
  await rename(staging, target)
  await syncDirectory(store)
  await listRow(store, row)
  await rm(old, { recursive: true, force: true })
  await rm(workFolder(store, row.id), { recursive: true, force: true })
}

export const listRow = async (store: string, row: ModelRow): Promise<void> => {
  const others = readStore(store).models.filter((m) => m.id !== row.id)
  await writeStore(
    store,
    [...others, row].sort((a, b) => a.id.localeCompare(b.id)),
  )
}

/** Takes a model off the list first: no device is told of files that are about to go. False when there is nothing of it. */
export const removeModel = async (store: string, id: string): Promise<boolean> => {
  const { models } = readStore(store)
  const target = join(store, id)
  const isHere = models.some((m) => m.id === id) || existsSync(target) || existsSync(workFolder(store, id))
  if (!isHere) return false
  await writeStore(
    store,
    models.filter((m) => m.id !== id),
  )
  const old = join(store, WORK, `old-${id}`)
  await rm(old, { recursive: true, force: true })
  if (existsSync(target)) await rename(target, old)
  await rm(old, { recursive: true, force: true })
  await rm(workFolder(store, id), { recursive: true, force: true })
  return true
}

const writeStore = (store: string, models: ModelRow[]): Promise<void> =>
  durableFiles.replace(join(store, 'catalog.json'), `${JSON.stringify({ models }, null, 2)}\n`)

/** Shards were synced when written; names of folders and links are flushed here. */
const syncTree = async (folder: string): Promise<void> => {
  for (const entry of await readdir(folder, { withFileTypes: true }))
    if (entry.isDirectory()) await syncTree(join(folder, entry.name))
  await syncDirectory(folder)
}
