import type { TriageLevel } from '#contracts/clinical/triage-level.ts'
import type { QueueItem } from '#contracts/wire/queue.ts'
import { proposedLevel } from '#domain/packet/assemble-packet.ts'
import type { Opened, SignedIn } from './staff-model.ts'

export type QueueRow = {
  readonly item: QueueItem
  readonly opened: Opened | null
  /** The level on the table, or null while nobody can tell. */
  readonly level: TriageLevel | null
  readonly waitingMs: number
}

/** The level on the table: that of the last trusted review, else what the packet proposes. */
export const levelOf = (opened: Opened | null): TriageLevel | null => {
  if (opened?.state !== 'open') return null
  const last = opened.reviews.findLast((r) => r.trusted)
  return last ? last.review.level : proposedLevel(opened.packet)
}

/** An unknown level comes right after emergencies: nobody has seen yet that it can wait. */
const rank = (level: TriageLevel | null): number => (level === null ? 1 : { emergency: 0, high: 2, medium: 3, low: 4 }[level])

const LISTS = {
  queue: ['pending', 'claimed'],
  doctor: ['escalated', 'doctor-claimed'],
  closed: ['attested', 'returned'],
} as const

/** Rows of one list: most urgent first, then who has waited longest. */
export const queueRows = (model: SignedIn, list: keyof typeof LISTS): readonly QueueRow[] => {
  const states: readonly string[] = LISTS[list]
  const rows = model.items
    .filter((item) => states.includes(item.state))
    .map((item): QueueRow => {
      const opened = model.opened.get(item.packetId) ?? null
      const waitingMs = Math.max(0, model.now + model.offset - Date.parse(item.receivedAt))
      return { item, opened, level: levelOf(opened), waitingMs }
    })
  if (list === 'closed') return rows.sort((a, b) => a.waitingMs - b.waitingMs)
  return rows.sort((a, b) => rank(a.level) - rank(b.level) || b.waitingMs - a.waitingMs)
}
