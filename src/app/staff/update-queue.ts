import type { QueueItem } from '#contracts/wire/queue.ts'
import { levelOf } from './queue-rows.ts'
import { type StaffEffect, type StaffNews, type Step, still } from './staff-events.ts'
import type { Announcement, Opened, SignedIn } from './staff-model.ts'

type News<T extends StaffNews['type']> = Extract<StaffNews, { type: T }>

const isOpen = (item: QueueItem): boolean => item.state !== 'attested' && item.state !== 'returned'
const includeOf = (model: SignedIn) => (model.includeClosed ? ('all' as const) : ('open' as const))

export const readQueue = (model: SignedIn): StaffEffect => ({ type: 'read-queue', include: includeOf(model) })

/** Said aloud, with a new id each time so that the same words are said again. */
export const announce = (model: SignedIn, kind: Announcement['kind'], count = 1): SignedIn => ({
  ...model,
  announcement: { id: (model.announcement?.id ?? 0) + 1, kind, count },
})

/** Packets whose content this page needs and has not got, or has from before a colleague's review. */
const toOpen = (model: SignedIn): string[] => {
  if (model.person.role === 'admin') return []
  return model.items.filter(isOpen).flatMap((item) => {
    const opened = model.opened.get(item.packetId)
    const isStale = opened?.state === 'open' && item.state === 'escalated' && opened.asOf !== 'escalated'
    const isFailed = opened?.state === 'failed' && ['offline', 'timeout', 'status'].includes(opened.fault.type)
    return opened === undefined || isStale || isFailed ? [item.packetId] : []
  })
}

/** Marks the packets as being opened; those already open stay readable meanwhile. */
export const openPackets = (model: SignedIn, packetIds: readonly string[]): Step<SignedIn> => {
  if (packetIds.length === 0) return still(model)
  const opened = new Map(model.opened)
  for (const id of packetIds) if (opened.get(id)?.state !== 'open') opened.set(id, { state: 'opening' })
  return { model: { ...model, opened }, effects: [{ type: 'open-packets', packetIds, directory: model.directory }] }
}

export const queueRead = (model: SignedIn, { queue }: News<'queue-read'>, now: number): Step<SignedIn> => {
  const listed = new Set(queue.items.map((i) => i.packetId))
  const keep = (id: string) => listed.has(id) || id === model.packet?.packetId
  const fresh = queue.items.filter((i) => isOpen(i) && !model.items.some((old) => old.packetId === i.packetId))
  const arrived = fresh.length
  const next: SignedIn = {
    ...model,
    items: withShown(model, queue.items),
    opened: new Map([...model.opened].filter(([id]) => keep(id))),
    loadedAt: now,
    triedAt: now,
    queueFault: null,
    offset: Date.parse(queue.serverTime) - now,
  }
  const told = model.loadedAt !== null && arrived > 0 ? announce(next, 'new-packet', arrived) : next
  const step = openPackets(told, toOpen(told))
  // A kiosk set up since this page asked: its name is not known here yet.
  const devices = model.devices.devices
  const isUnnamed = devices !== null && fresh.some((i) => !devices.some((d) => d.deviceId === i.deviceId))
  return isUnnamed ? { model: step.model, effects: [...step.effects, { type: 'read-devices' }] } : step
}

/** A packet on the screen stays known when it leaves the list of open ones. */
const withShown = (model: SignedIn, items: readonly QueueItem[]): readonly QueueItem[] => {
  const shown = model.items.find((i) => i.packetId === model.packet?.packetId)
  return shown && !items.some((i) => i.packetId === shown.packetId) ? [...items, shown] : items
}

export const packetRead = (model: SignedIn, { packetId, opened }: News<'packet-read'>): Step<SignedIn> => {
  const before = model.opened.get(packetId) ?? null
  // A failed second reading does not take away what was read before.
  if (opened.state === 'failed' && before?.state === 'open') return still(model)
  const next: SignedIn = { ...model, opened: new Map<string, Opened>(model.opened).set(packetId, opened) }
  const isNew = before?.state !== 'open' && levelOf(opened) === 'emergency'
  const isWaiting = model.items.some((i) => i.packetId === packetId && (i.state === 'pending' || i.state === 'escalated'))
  if (!isNew || !isWaiting) return still(next)
  return { model: announce(next, 'new-emergency'), effects: model.sound ? [{ type: 'chime' }] : [] }
}

export const callsRead = (model: SignedIn, { calls }: News<'calls-read'>): Step<SignedIn> => {
  const open = calls.filter((c) => c.answeredBy === null)
  const fresh = open.filter((c) => !model.calls.some((old) => old.callId === c.callId)).length
  const next: SignedIn = { ...model, calls: open }
  if (fresh === 0) return still(next)
  return { model: announce(next, 'new-call', fresh), effects: model.sound ? [{ type: 'chime' }] : [] }
}

/** A changed item replaces the old one wherever it is shown. */
export const withItem = (model: SignedIn, item: QueueItem): SignedIn => ({
  ...model,
  items: model.items.some((i) => i.packetId === item.packetId)
    ? model.items.map((i) => (i.packetId === item.packetId ? item : i))
    : [...model.items, item],
})

export const hinted = (model: SignedIn, { hint }: News<'hinted'>): Step<SignedIn> => {
  if (hint.kind === 'staff-call') return { model, effects: [{ type: 'read-calls' }] }
  const effects: StaffEffect[] = [readQueue(model)]
  if (hint.kind === 'hello') effects.push({ type: 'read-calls' })
  return { model, effects }
}

export const connectionChanged = (model: SignedIn, { connected }: News<'connection-changed'>): Step<SignedIn> => {
  if (connected === model.connected) return still(model)
  const next = { ...model, connected }
  // The first connection of a session is no news.
  return still(model.loadedAt === null ? next : announce(next, connected ? 'connection-back' : 'connection-lost'))
}
