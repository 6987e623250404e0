import { describe, expect, it } from 'vitest'
import { hashOf } from '#adapters/crypto/bytes.ts'
import { type ChainState, checkPage } from '#app/staff/ledger-chain.ts'
import type { LedgerEntry, LedgerPage } from '#contracts/wire/ledger.ts'

const ledger = async (length: number): Promise<LedgerEntry[]> => {
  const entries: LedgerEntry[] = []
  let prev = 'A'.repeat(43)
  for (let seq = 1; seq <= length; seq += 1) {
    const rest = {
      seq,
      clinicId: 'c',
      at: '2026-11-22T10:00:00.000Z',
      kind: 'packet-opened' as const,
      actor: 'staff:s',
      packetId: null,
      detail: { n: seq },
      prev,
    }
    prev = await hashOf(rest)
    entries.push({ ...rest, hash: prev })
  }
  return entries.reverse()
}

const check = async (entries: readonly LedgerEntry[], size: number, headHash = entries[0]?.hash ?? ''): Promise<ChainState> => {
  let state: ChainState = { state: 'unchecked' }
  for (let from = 0; from < entries.length; from += size) {
    const page: LedgerPage = {
      entries: entries.slice(from, from + size),
      next: from + size < entries.length ? 1 : null,
      headHash,
    }
    state = await checkPage(page, state, hashOf)
  }
  return state
}

describe('the ledger’s chain, recomputed', () => {
  it.each([1, 2, 5, 7])('holds over pages of %i', async (size) => {
    expect(await check(await ledger(7), size)).toMatchObject({ state: 'holds', checked: 7, oldest: 1, whole: true })
  })
  it('holds so far while older pages are not read', async () => {
    const entries = await ledger(5)
    const page = { entries: entries.slice(0, 2), next: 4, headHash: entries[0]?.hash ?? '' }
    expect(await checkPage(page, { state: 'unchecked' }, hashOf)).toMatchObject({
      state: 'holds',
      checked: 2,
      oldest: 4,
      whole: false,
    })
  })
  it('finds an edited entry, a missing one, a cut beginning and another head', async () => {
    const entries = await ledger(6)
    const edited = entries.map((e) => (e.seq === 3 ? { ...e, actor: 'staff:other' } : e))
    expect(await check(edited, 4)).toEqual({ state: 'broken', seq: 3, checked: 3 })
    expect(
      await check(
        entries.filter((e) => e.seq !== 4),
        10,
      ),
    ).toMatchObject({ state: 'broken', seq: 3 })
    expect(await check(entries.slice(0, 4), 10)).toMatchObject({ state: 'broken' })
    expect(await check(entries, 10, 'B'.repeat(43))).toMatchObject({ state: 'broken', seq: 6 })
  })
  it('stays broken once broken', async () => {
    const page = { entries: [], next: null, headHash: '' }
    expect(await checkPage(page, { state: 'broken', seq: 3, checked: 1 }, hashOf)).toEqual({
      state: 'broken',
      seq: 3,
      checked: 1,
    })
  })
})
