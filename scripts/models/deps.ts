import { type Disk, realDisk, SHARD_BYTES } from './transfer/disk.ts'

/** What the commands need of the world; tests give their own. */
export type ModelsDeps = {
  say(line: string): void
  tty: boolean
  disk: Disk
  shardBytes: number
  /** Files fetched at the same time. */
  parallel: number
  waitMs(attempt: number): number
  now(): Date
}

export const realDeps = (say: (line: string) => void): ModelsDeps => ({
  say,
  tty: process.stderr.isTTY === true,
  disk: realDisk,
  shardBytes: SHARD_BYTES,
  parallel: 4,
  waitMs: (attempt) => 1000 * 2 ** attempt,
  now: () => new Date(),
})
