import { mkdir, readdir, readFile, rm, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { err, ok, type Result } from '#contracts/result.ts'
import { durableFiles } from '#server/durable/durable-files.ts'
import type { StoreError } from '../refusal.ts'
import { appending, cutInto, type Disk, isDiskFull, sizeOf } from './disk.ts'
import { type Found, findFile, getRange, type Mirror, type Place } from './mirror.ts'

/** A file to fetch: `path` is what the engine asks for. */
export type Wanted = {
  path: string
  place: Place
  bytes?: number | undefined
  sha256?: string | undefined
  md5?: string | undefined
}

/** Parts of one file on the disk, in order. */
export type Parts = { wanted: Wanted; bytes: number; parts: string[] }

export type DownloadDeps = {
  mirror: Mirror
  /** Folder for parts; what lies there from an earlier run is used again. */
  folder: string
  disk: Disk
  shardBytes: number
  parallel: number
  /** How long to wait before another try. */
  waitMs(attempt: number): number
  onTotal(bytes: number, here: number): void
  onBytes(count: number): void
  signal: AbortSignal
}

const TRIES = 4
/** What an earlier run knew of a file; parts of another file are worthless. */
const State = z.record(z.string(), z.object({ address: z.string(), total: z.number().nullable(), etag: z.string().nullable() }))

/** Fetches all files into parts of at most `shardBytes`, several at once, going on where an earlier run stopped. */
export const download = async (wanted: readonly Wanted[], deps: DownloadDeps): Promise<Result<Parts[], StoreError>> => {
  await mkdir(deps.folder, { recursive: true, mode: 0o700 })
  const found: { file: Wanted; at: Found }[] = []
  for (const file of wanted) {
    const at = await retried(deps, () => findFile(deps.mirror, file.place, deps.signal))
    if (!at.ok) return at
    const { total } = at.value
    if (total !== null && file.bytes !== undefined && total !== file.bytes)
      return err({ type: 'wrong-size', path: file.path, expected: file.bytes, found: total })
    if (total === 0) return err({ type: 'wrong-size', path: file.path, expected: file.bytes ?? 1, found: 0 })
    found.push({ file, at: at.value })
  }
  await dropOthers(found, deps.folder)
  let here = 0
  for (const name of await readdir(deps.folder)) if (name !== STATE) here += await sizeOf(join(deps.folder, name))
  const total = found.reduce((n, { file, at }) => n + (at.total ?? file.bytes ?? 0), 0)
  const freeBytes = await deps.disk.freeBytes(deps.folder)
  if (total - here > freeBytes) return err({ type: 'no-space', neededBytes: total - here, freeBytes })
  deps.onTotal(total, Math.min(here, total))

  const stop = new AbortController()
  deps.signal.addEventListener('abort', () => stop.abort())
  const inner = { ...deps, signal: stop.signal }
  const jobs = found.flatMap(({ file, at }) => jobsOf(file, at, inner))
  const queue = [...jobs]
  let problem: StoreError | null = null
  const work = async (): Promise<void> => {
    for (let job = queue.shift(); job && !problem; job = queue.shift()) {
      const failed = await job()
      if (!failed) continue
      problem ??= failed
      stop.abort()
    }
  }
  await Promise.all(Array.from({ length: deps.parallel }, work))
  if (problem) return err(problem)
  return ok(
    await Promise.all(
      found.map(async ({ file, at }) => {
        const parts: string[] = []
        for (let n = 0; (await sizeOf(partName(deps.folder, file.path, n))) > 0; n += 1)
          parts.push(partName(deps.folder, file.path, n))
        const sizes = await Promise.all(parts.map(sizeOf))
        return { wanted: file, bytes: at.total ?? sizes.reduce((n, b) => n + b, 0), parts }
      }),
    ),
  )
}

export const partName = (folder: string, path: string, n: number): string =>
  join(folder, `${path.replaceAll('/', '+')}.${String(n).padStart(4, '0')}`)

type Job = () => Promise<StoreError | null>

const jobsOf = (file: Wanted, at: Found, deps: DownloadDeps): Job[] => {
  const { total } = at
  if (!at.ranges || total === null) return [() => fetchWhole(file, at, deps)]
  const count = Math.ceil(total / deps.shardBytes)
  return Array.from({ length: count }, (_, n) => () => fetchPart(file, at, total, n, deps))
}

/** One part, from where its file on the disk ends. A broken connection is tried again as long as bytes keep coming. */
const fetchPart = async (file: Wanted, at: Found, total: number, n: number, deps: DownloadDeps): Promise<StoreError | null> => {
  const name = partName(deps.folder, file.path, n)
  const start = n * deps.shardBytes
  const length = Math.min(deps.shardBytes, total - start)
  if ((await sizeOf(name)) > length) await truncate(name, 0)
  for (let attempt = 0; attempt < TRIES && !deps.signal.aborted; attempt += 1) {
    const have = await sizeOf(name)
    if (have === length) return null
    if (attempt > 0) await pause(deps.waitMs(attempt))
    const answer = await getRange(at.address, start + have, start + length - 1, deps.signal)
    if (!answer || isPassing(answer.status)) continue
    const isSame = answer.status === 206 && answer.first === start + have && answer.total === total && answer.etag === at.etag
    if (!isSame) {
      await answer.cancel()
      const { status } = answer
      return status === 206 || status === 200
        ? { type: 'changed-on-mirror', path: file.path }
        : { type: 'not-on-mirror', path: file.path, status }
    }
    let taken = 0
    try {
      await appending(name, async (out) => {
        for await (const chunk of answer.body) {
          const part = chunk.subarray(0, length - have - taken)
          await deps.disk.append(out, part)
          taken += part.byteLength
          deps.onBytes(part.byteLength)
        }
      })
    } catch (error) {
      if (isDiskFull(error)) return noSpace(deps, length - have - taken)
    }
    if (taken > 0) attempt = 0
  }
  return (await sizeOf(name)) === length ? null : { type: 'cut-off', path: file.path }
}

/** A file of a server that knows no ranges: from its beginning each time. */
const fetchWhole = async (file: Wanted, at: Found, deps: DownloadDeps): Promise<StoreError | null> => {
  const name = (n: number): string => partName(deps.folder, file.path, n)
  for (let attempt = 0; attempt < TRIES && !deps.signal.aborted; attempt += 1) {
    if (attempt > 0) await pause(deps.waitMs(attempt))
    const answer = await getRange(at.address, 0, null, deps.signal)
    if (answer?.status !== 200) continue
    try {
      const taken = await cutInto(answer.body, name, deps.shardBytes, deps.disk, deps.onBytes)
      if (at.total === null || taken === at.total) return null
    } catch (error) {
      if (isDiskFull(error)) return noSpace(deps, deps.shardBytes)
    }
  }
  return { type: 'cut-off', path: file.path }
}

const noSpace = async (deps: DownloadDeps, neededBytes: number): Promise<StoreError> => ({
  type: 'no-space',
  neededBytes,
  freeBytes: await deps.disk.freeBytes(deps.folder),
})

const isPassing = (status: number): boolean => status === 429 || status >= 500

const retried = async <T>(deps: DownloadDeps, job: () => Promise<Result<T, StoreError>>): Promise<Result<T, StoreError>> => {
  let answer = await job()
  for (let attempt = 1; attempt < TRIES && !answer.ok && isWorthAnotherTry(answer.error); attempt += 1) {
    await pause(deps.waitMs(attempt))
    answer = await job()
  }
  return answer
}

const isWorthAnotherTry = (e: StoreError): boolean =>
  e.type === 'mirror-unreachable' || (e.type === 'not-on-mirror' && isPassing(e.status))

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms))

const STATE = 'state.json'

/** Throws away parts that belong to another file than the one the mirror has now, and notes what it has. */
const dropOthers = async (found: readonly { file: Wanted; at: Found }[], folder: string): Promise<void> => {
  const known = State.safeParse(await readJson(join(folder, STATE)))
  const before = known.success ? known.data : {}
  const keep = new Set<string>([STATE])
  const now: z.infer<typeof State> = {}
  for (const { file, at } of found) {
    const { address, total, etag } = at
    const was = before[file.path]
    now[file.path] = { address, total, etag }
    const isSame = was?.address === address && was.total === total && was.etag === etag
    if (isSame) for (const name of await readdir(folder)) if (isPartOf(name, file.path)) keep.add(name)
  }
  for (const name of await readdir(folder)) if (!keep.has(name)) await rm(join(folder, name))
  await durableFiles.replace(join(folder, STATE), JSON.stringify(now))
}

const isPartOf = (name: string, path: string): boolean => {
  const stem = `${path.replaceAll('/', '+')}.`
  return name.startsWith(stem) && /^\d{4,}$/.test(name.slice(stem.length))
}

const readJson = async (path: string): Promise<unknown> => {
  try {
    return JSON.parse(await readFile(path, 'utf8'))
  } catch {
    return null
  }
}
