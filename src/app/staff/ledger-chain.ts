import type { LedgerEntry, LedgerPage } from '#contracts/wire/ledger.ts'

/** `prev` of the first entry: 32 zero bytes, base64url. */
const GENESIS_PREV = 'A'.repeat(43)

/**
 * How far back from the newest entry the chain has been recomputed on this device. `expect` is the hash the next older
 * entry must have; `whole` means the first entry was reached; `broken` names the first entry that does not fit.
 */
export type ChainState =
  | { state: 'unchecked' }
  | { state: 'holds'; checked: number; oldest: number; expect: string; whole: boolean }
  | { state: 'broken'; seq: number; checked: number }

/** The hash of a value as the ledger takes it: SHA-256 (base64url) of its canonical JSON. */
export type HashOf = (value: unknown) => Promise<string>

/** Recomputes one page of entries, newest first, on top of what was checked before. */
export const checkPage = async (page: LedgerPage, before: ChainState, hashOf: HashOf): Promise<ChainState> => {
  if (before.state === 'broken') return before
  let checked = before.state === 'holds' ? before.checked : 0
  let expect = before.state === 'holds' ? before.expect : page.headHash
  let oldest = before.state === 'holds' ? before.oldest : 0
  for (const entry of page.entries) {
    const follows = oldest === 0 || entry.seq === oldest - 1
    if (!follows || entry.hash !== expect || !(await holds(entry, hashOf))) return { state: 'broken', seq: entry.seq, checked }
    checked += 1
    expect = entry.prev
    oldest = entry.seq
  }
  if (page.next === null && (oldest !== 1 || expect !== GENESIS_PREV)) return { state: 'broken', seq: oldest, checked }
  return { state: 'holds', checked, oldest, expect, whole: page.next === null }
}

const holds = async ({ hash, ...rest }: LedgerEntry, hashOf: HashOf): Promise<boolean> => (await hashOf(rest)) === hash
