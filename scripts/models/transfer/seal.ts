import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { link, mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { err, ok, type Result } from '#contracts/result.ts'
import type { ModelFile } from '#contracts/workers/model.ts'
import type { StoreError } from '../refusal.ts'
import type { Parts } from './download.ts'

/** Where a shard of the store lies: named by its content, so that it never changes under its address. */
const shardPath = (sha256: string): string => `shards/${sha256}.bin`

/**
 * Hashes the parts of a file, compares them with what is known of it and links them into `staging` as shards. Parts of a
 * wrong file are deleted, so that the next run fetches it anew.
 */
export const sealFile = async (
  { wanted, bytes, parts }: Parts,
  staging: string,
  onBytes: (count: number) => void,
): Promise<Result<ModelFile, StoreError>> => {
  await mkdir(join(staging, 'shards'), { recursive: true, mode: 0o700 })
  const whole = createHash('sha256')
  const md5 = createHash('md5')
  const shards: { path: string; bytes: number; sha256: string; from: string }[] = []
  for (const from of parts) {
    const one = createHash('sha256')
    let size = 0
    for await (const chunk of createReadStream(from)) {
      for (const hash of [whole, md5, one]) hash.update(chunk)
      size += chunk.length
      onBytes(chunk.length)
    }
    const sha256 = one.digest('hex')
    shards.push({ path: shardPath(sha256), bytes: size, sha256, from })
  }
  const size = shards.reduce((n, s) => n + s.bytes, 0)
  const sha256 = whole.digest('hex')
  const refuse = async (error: StoreError) => {
    for (const from of parts) await rm(from, { force: true })
    return err(error)
  }
  const expected = wanted.bytes ?? bytes
  if (size !== expected || size === 0)
    return refuse({ type: 'wrong-size', path: wanted.path, expected: expected || 1, found: size })
  const isRight = sha256 === (wanted.sha256 ?? sha256) && (wanted.md5 === undefined || wanted.md5 === md5.digest('hex'))
  if (!isRight) return refuse({ type: 'wrong-hash', path: wanted.path })
  for (const shard of shards)
    await link(shard.from, join(staging, shard.path)).catch((error: NodeJS.ErrnoException) => {
      // Two shards of the same content are one file.
      if (error.code !== 'EEXIST') throw error
    })
  return ok({ path: wanted.path, bytes: size, sha256, shards: shards.map(({ from: _, ...shard }) => shard) })
}
