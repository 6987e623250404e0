import { type FileHandle, open, rm, stat, statfs } from 'node:fs/promises'

/** The largest shard that a manifest may name. Bytes. */
export const SHARD_BYTES = 16 * 1024 * 1024

/** What the store asks of a disk. A parameter, so that tests can fill it. */
export type Disk = {
  freeBytes(folder: string): Promise<number>
  append(file: FileHandle, bytes: Uint8Array): Promise<void>
}

export const realDisk: Disk = {
  freeBytes: async (folder) => {
    const { bavail, bsize } = await statfs(folder)
    return bavail * bsize
  },
  append: async (file, bytes) => {
    await file.appendFile(bytes)
  },
}

export const sizeOf = async (path: string): Promise<number> => {
  try {
    return (await stat(path)).size
  } catch {
    return 0
  }
}

export const isDiskFull = (error: unknown): boolean => {
  const code = error instanceof Error && 'code' in error ? error.code : null
  return code === 'ENOSPC' || code === 'EDQUOT'
}

/** Adds bytes to a part and waits until they are on the disk when it closes. */
export const appending = async <T>(path: string, job: (file: FileHandle) => Promise<T>): Promise<T> => {
  const file = await open(path, 'a', 0o600)
  try {
    return await job(file)
  } finally {
    await file.sync().catch(() => undefined)
    await file.close()
  }
}

/** Takes a stream of chunks into files of at most `shardBytes` each (`name(n)`); what lay there before is gone. Bytes taken. */
export const cutInto = async (
  chunks: AsyncIterable<Uint8Array>,
  name: (n: number) => string,
  shardBytes: number,
  disk: Disk,
  onBytes: (count: number) => void,
): Promise<number> => {
  let taken = 0
  let n = 0
  let space = 0
  let file: FileHandle | null = null
  const close = async (): Promise<void> => {
    await file?.sync()
    await file?.close()
    file = null
  }
  try {
    for await (let chunk of chunks) {
      while (chunk.byteLength > 0) {
        if (space === 0) {
          await close()
          await rm(name(n), { force: true })
          file = await open(name(n), 'a', 0o600)
          n += 1
          space = shardBytes
        }
        const part = chunk.subarray(0, space)
        if (file) await disk.append(file, part)
        onBytes(part.byteLength)
        taken += part.byteLength
        space -= part.byteLength
        chunk = chunk.subarray(part.byteLength)
      }
    }
    return taken
  } finally {
    await close().catch(() => undefined)
  }
}
