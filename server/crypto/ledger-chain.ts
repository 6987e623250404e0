import { err, ok, type Result } from '#contracts/result.ts'
import { LedgerEntry } from '#contracts/wire/ledger.ts'
import { hashOf } from './hashes.ts'

/** `prev` of the first entry: 32 zero bytes. */
export const GENESIS_PREV = Buffer.alloc(32).toString('base64url')

export type ChainFault = { type: 'ledger-damaged'; seq: number; reason: 'unreadable' | 'sequence' | 'chain' | 'hash' | 'clinic' }

/** Hash of an entry: SHA-256 (base64url) of the canonical JSON of everything but `hash`. */
export const entryHash = (entry: Omit<LedgerEntry, 'hash'>): string => hashOf(entry)

/** One ledger line as an entry, or null when it is not one. */
export function parseEntry(line: string): LedgerEntry | null {
  try {
    const parsed = LedgerEntry.safeParse(JSON.parse(line))
    return parsed.success ? parsed.data : null
  } catch {
    return null
  }
}

/** Walks lines (or entries) from the first on; answers the entries or the first that is edited, missing, moved or forked. */
export function checkChain(lines: Iterable<string | LedgerEntry>): Result<LedgerEntry[], ChainFault> {
  const entries: LedgerEntry[] = []
  let prev = GENESIS_PREV
  for (const line of lines) {
    const seq = entries.length + 1
    const fault = (reason: ChainFault['reason']) => err<ChainFault>({ type: 'ledger-damaged', seq, reason })
    const entry = typeof line === 'string' ? parseEntry(line) : line
    if (entry === null) return fault('unreadable')
    if (entry.seq !== seq) return fault('sequence')
    if (entry.prev !== prev) return fault('chain')
    const { hash, ...rest } = entry
    if (entryHash(rest) !== hash) return fault('hash')
    if (entry.clinicId !== (entries[0] ?? entry).clinicId) return fault('clinic')
    entries.push(entry)
    prev = hash
  }
  return ok(entries)
}
