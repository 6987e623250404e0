import type { LedgerEntry } from '#contracts/wire/ledger.ts'
import { QueueHint } from '#contracts/wire/queue.ts'

/** Tells staff pages that something changed; never what a packet says. */
export type HintHub = {
  publish(hint: QueueHint): void
  subscribe(listener: (hint: QueueHint) => void): () => void
}

export function createHintHub(): HintHub {
  const listeners = new Set<(hint: QueueHint) => void>()
  return {
    publish(hint) {
      for (const listener of listeners) listener(hint)
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

const kinds: Partial<Record<LedgerEntry['kind'], QueueHint['kind']>> = {
  'packet-received': 'packet',
  'packet-claimed': 'state',
  'packet-released': 'state',
  'packet-reviewed': 'state',
  'staff-call': 'staff-call',
  'call-answered': 'staff-call',
}

/** The hint a ledger entry gives, or null when no page needs to know. */
export function hintOf(entry: LedgerEntry): QueueHint | null {
  const kind = kinds[entry.kind]
  if (kind === undefined) return null
  const { deviceId } = entry.detail
  return QueueHint.parse({
    kind,
    ...(entry.packetId === null ? {} : { packetId: entry.packetId }),
    ...(typeof deviceId === 'string' ? { deviceId } : {}),
    at: entry.at,
  })
}
