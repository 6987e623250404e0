import { randomUUID } from 'node:crypto'
import { link, readFile, rename, unlink, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'

const Holder = z.object({
  pid: z.number().int(),
  /** Kernel start time of the process (Linux), so that a recycled process id is not taken for the holder. */
  startTicks: z.string().nullable(),
  /** Changes when the machine starts anew. */
  bootId: z.string().nullable(),
  host: z.string(),
  startedAt: z.string(),
})
type Holder = z.infer<typeof Holder>

export type DataLock = {
  /** True when the last holder died without letting go but the machine has not been restarted since. */
  heldByCrashedProcessOfThisBoot: boolean
  release(): Promise<void>
}

async function textOrNull(path: string): Promise<string | null> {
  return readFile(path, 'utf8').catch(() => null)
}

async function startTicksOf(pid: number): Promise<string | null> {
  const stat = await textOrNull(`/proc/${pid}/stat`)
  // The command name may hold spaces; fields are counted after its closing bracket. Start time is field 22.
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null
}

async function isAlive(holder: Holder, bootId: string | null): Promise<boolean> {
  if (holder.host !== hostname()) return true
  if (holder.bootId !== null && bootId !== null && holder.bootId !== bootId) return false
  try {
    process.kill(holder.pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
  }
  return holder.startTicks === null || holder.startTicks === (await startTicksOf(holder.pid))
}

function parseHolder(text: string): Holder | null {
  try {
    return Holder.parse(JSON.parse(text))
  } catch {
    return null
  }
}

/**
 * Takes the data directory for this process, or throws naming the holder. A lock whose process is gone is taken over.
 * PGlite itself takes no lock and two processes on one directory corrupt it silently.
 */
export async function lockDataDirectory(directory: string, now: Date): Promise<DataLock> {
  const path = join(directory, 'server.lock')
  const bootId = (await textOrNull('/proc/sys/kernel/random/boot_id'))?.trim() ?? null
  const startTicks = await startTicksOf(process.pid)
  const mine = JSON.stringify({ pid: process.pid, startTicks, bootId, host: hostname(), startedAt: now.toISOString() })
  const own = join(directory, `server.lock.${randomUUID()}`)
  await writeFile(own, mine, { mode: 0o600 })
  try {
    let crashed = false
    for (let attempt = 0; attempt < 3; attempt += 1) {
      try {
        await link(own, path)
        return {
          heldByCrashedProcessOfThisBoot: crashed,
          release: async () => {
            if ((await textOrNull(path)) === mine) await unlink(path)
          },
        }
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      }
      const found = await textOrNull(path)
      if (found === null) continue
      const holder = parseHolder(found)
      if (holder === null) throw new Error(`${path} is not readable: if no server runs on this data, delete it`)
      if (await isAlive(holder, bootId)) {
        throw new Error(`another server (pid ${holder.pid} on ${holder.host}, since ${holder.startedAt}) holds ${directory}`)
      }
      crashed = holder.bootId !== null && holder.bootId === bootId
      await takeStaleLockAway(path, found)
    }
    throw new Error(`could not lock ${directory}: another server is starting on it`)
  } finally {
    await unlink(own).catch(() => undefined)
  }
}

/** Moves the stale lock aside; puts it back when another starter was quicker and it is no longer the stale one. */
async function takeStaleLockAway(path: string, expected: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`
  try {
    await rename(path, aside)
  } catch {
    return
  }
  if ((await textOrNull(aside)) !== expected) await link(aside, path).catch(() => undefined)
  await unlink(aside).catch(() => undefined)
}
