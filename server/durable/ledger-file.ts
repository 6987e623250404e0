import { type FileHandle, open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { LedgerEntry } from '#contracts/wire/ledger.ts'
import { canonicalJson } from '../crypto/canonical-json.ts'
import { checkChain } from '../crypto/ledger-chain.ts'
import type { DurableFiles } from './durable-files.ts'
import { syncDirectory } from './durable-files.ts'

export type LedgerFile = {
  append(entry: LedgerEntry): Promise<void>
  /** Bytes of a last line that was never finished, cut at opening. Its packet was never acknowledged. */
  cutBytes: number
  entries: LedgerEntry[]
  close(): Promise<void>
}

export const ledgerPath = (directory: string): string => join(directory, 'ledger.jsonl')

/** The whole lines of a ledger file and the length in bytes they fill; what follows the last line end is torn. */
export async function readLedgerLines(path: string): Promise<{ lines: string[]; wholeBytes: number; totalBytes: number }> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return Buffer.alloc(0)
    throw error
  })
  const wholeBytes = bytes.lastIndexOf(0x0a) + 1
  const lines = bytes.subarray(0, wholeBytes).toString('utf8').split('\n').slice(0, -1)
  return { lines, wholeBytes, totalBytes: bytes.length }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/**
 * Opens `ledger.jsonl`, cuts a torn last line and checks the hash chain. Throws, naming the first bad entry, when
 * anything but the torn end is wrong: that is tampering or a failing disk, and a person must look at it.
 */
export async function openLedgerFile(directory: string, files: DurableFiles): Promise<LedgerFile> {
  const path = ledgerPath(directory)
  const { lines, wholeBytes, totalBytes } = await readLedgerLines(path)
  let keptBytes = wholeBytes
  const last = lines.at(-1)
  // After a power cut a file may have grown without its content: a last line that is no JSON was never acknowledged either.
  if (last !== undefined && !isJson(last)) {
    lines.pop()
    keptBytes -= Buffer.byteLength(last) + 1
  }
  const checked = checkChain(lines)
  if (!checked.ok) throw new Error(`the ledger is damaged at entry ${checked.error.seq} (${checked.error.reason})`)
  const handle: FileHandle = await open(path, 'a', 0o600)
  if (keptBytes < totalBytes) {
    await handle.truncate(keptBytes)
    await handle.sync()
  }
  await syncDirectory(directory)
  let length = keptBytes
  return {
    entries: checked.value,
    cutBytes: totalBytes - keptBytes,
    async append(entry) {
      const line = canonicalJson(entry)
      // Whatever an append that failed may have left behind goes first.
      await handle.truncate(length)
      await files.appendLine(handle, line)
      length += Buffer.byteLength(line) + 1
    },
    close: () => handle.close(),
  }
}
