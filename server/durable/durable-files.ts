import { constants } from 'node:fs'
import { type FileHandle, mkdir, open, rename, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'

/** The writes the server's promises rest on. A parameter, so that tests can fill the disk. */
export type DurableFiles = {
  /** Replaces a file so that after return either the old or the new content survives a power cut, never a mix. */
  replace(path: string, text: string, mode?: number): Promise<void>
  /** Appends one line and waits until it is on the disk. On failure the file is as long as before. */
  appendLine(file: FileHandle, line: string): Promise<void>
}

/** Flushes a directory, so that names created or renamed in it survive a power cut. */
export async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, constants.O_RDONLY)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Creates a directory and its parents; each new name is flushed in the directory above it. */
async function makeDirectory(path: string): Promise<void> {
  const firstMade = await mkdir(path, { recursive: true, mode: 0o700 })
  if (firstMade === undefined) return
  for (let made = path; made !== dirname(firstMade); made = dirname(made)) await syncDirectory(dirname(made))
}

async function replace(path: string, text: string, mode = 0o600): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`
  await makeDirectory(dirname(path))
  const handle = await open(temporary, 'w', mode)
  try {
    await handle.writeFile(text)
    await handle.sync()
    await handle.close()
    await rename(temporary, path)
  } catch (error) {
    await handle.close().catch(() => undefined)
    await unlink(temporary).catch(() => undefined)
    throw error
  }
  await syncDirectory(dirname(path))
}

async function appendLine(file: FileHandle, line: string): Promise<void> {
  const { size } = await file.stat()
  try {
    await file.appendFile(`${line}\n`)
    await file.datasync()
  } catch (error) {
    await file.truncate(size)
    throw error
  }
}

export const durableFiles: DurableFiles = { replace, appendLine }
