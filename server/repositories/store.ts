import type { LedgerEntry } from '#contracts/wire/ledger.ts'
import { canonicalJson } from '../crypto/canonical-json.ts'
import { sha256 } from '../crypto/hashes.ts'
import { entryHash, GENESIS_PREV } from '../crypto/ledger-chain.ts'
import { project } from './projection.ts'
import type { Db, Tx } from './schema.ts'

/** An entry to be: what happened, and the record it leaves when that does not fit short tokens. */
export type Draft = {
  kind: LedgerEntry['kind']
  actor: string
  packetId?: string
  detail: LedgerEntry['detail']
  record?: unknown
}

/** What a decision answers, and the entry to write first (none: nothing changes). */
export type Decision<T> = { draft: Draft | null; answer: T }
export type Moment = { at: string; seq: number; clinicId: string }

/** Keeps an entry and its record safe before the database commits. In PostgreSQL mode the database itself does. */
export type Durable = { keep(entry: LedgerEntry, recordText: string | null): Promise<void> }

export type Store = {
  db: Db
  clinicId: string
  now: () => Date
  /**
   * Runs `decide` with the ledger locked and, when it drafts an entry, makes that durable, applies it and answers.
   * One writer at a time: what `decide` read is still true when its entry is written.
   */
  commit<T>(decide: (tx: Tx, moment: Moment) => Promise<Decision<T>>): Promise<T>
}

export type StoreParts = {
  db: Db
  clinicId: string
  now: () => Date
  durable: Durable
  /** Brings the database up to the durable ledger after a commit that failed half-way. */
  recover: () => Promise<void>
  onEntry: (entry: LedgerEntry) => void
}

/** Builds the entry that follows `head`. */
export function nextEntry(
  head: { seq: number; hash: string },
  clinicId: string,
  at: string,
  draft: Draft,
): [LedgerEntry, string | null] {
  const recordText = draft.record === undefined ? null : canonicalJson(draft.record)
  const entry = {
    seq: head.seq + 1,
    clinicId,
    at,
    kind: draft.kind,
    actor: draft.actor,
    packetId: draft.packetId ?? null,
    detail: recordText === null ? draft.detail : { ...draft.detail, blob: sha256(recordText) },
    prev: head.hash,
  }
  return [{ ...entry, hash: entryHash(entry) }, recordText]
}

export function createStore({ db, clinicId, now, durable, recover, onEntry }: StoreParts): Store {
  let isBehind = false
  let recovering: Promise<void> | null = null

  async function catchUp(): Promise<void> {
    if (!isBehind) return
    recovering ??= recover().finally(() => {
      recovering = null
    })
    await recovering
    isBehind = false
  }

  return {
    db,
    clinicId,
    now,
    async commit(decide) {
      await catchUp()
      let kept: LedgerEntry | null = null
      try {
        const answer = await db.transaction().execute(async (tx) => {
          const head = await tx
            .selectFrom('clinics')
            .select(['head_seq as seq', 'head_hash as hash'])
            .where('clinic_id', '=', clinicId)
            .forUpdate()
            .executeTakeFirst()
          const from = head ?? { seq: 0, hash: GENESIS_PREV }
          const at = now().toISOString()
          const decision = await decide(tx, { at, seq: from.seq + 1, clinicId })
          if (decision.draft === null) return decision.answer
          const [entry, recordText] = nextEntry(from, clinicId, at, decision.draft)
          await project(tx, entry, async () => decision.draft?.record)
          await durable.keep(entry, recordText)
          kept = entry
          return decision.answer
        })
        if (kept !== null) onEntry(kept)
        return answer
      } catch (error) {
        // The entry is on the disk but the database did not take it: the ledger wins.
        if (kept !== null) isBehind = true
        throw error
      }
    },
  }
}
