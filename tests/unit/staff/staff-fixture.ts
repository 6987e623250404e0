import type { StaffEffect, StaffEvent } from '#app/staff/staff-events.ts'
import { type Opened, type SignedIn, type StaffModel, signedOut } from '#app/staff/staff-model.ts'
import { updateStaff } from '#app/staff/staff-update.ts'
import type { Packet } from '#contracts/clinical/packet.ts'
import type { StaffRole } from '#contracts/clinical/review.ts'
import type { ClinicInfo } from '#contracts/wire/keys.ts'
import type { QueueItem } from '#contracts/wire/queue.ts'
import { makePacket } from '../../fixtures/packet.ts'

export const NOW = Date.parse('2026-11-22T10:00:00.000Z')
const key = { kty: 'EC', crv: 'P-256', x: 'x', y: 'y', kid: 'kid' } as const
export const clinic: ClinicInfo = {
  clinicId: 'clinic-1',
  name: 'Test clinic',
  epoch: { clinicId: 'clinic-1', epoch: 1, encryptionKey: key, createdAt: '2026-11-01T00:00:00.000Z' },
  receiptKey: key,
  serverTime: '2026-11-22T10:00:00.000Z',
}
const directory = {
  staff: (['nurse', 'doctor', 'admin'] as const).map((role) => ({
    id: role,
    name: `The ${role}`,
    role,
    signingKey: key,
    active: true,
  })),
}

/** Runs events in order; answers the last model and the effects of the last event. */
export const play = (events: readonly StaffEvent[], from: StaffModel = signedOut({ now: NOW }), now = NOW) => {
  let model = from
  let effects: readonly StaffEffect[] = []
  for (const event of events) ({ model, effects } = updateStaff(model, event, now))
  return { model, effects }
}

export const signedInAs = (role: StaffRole): SignedIn => {
  const { model } = play([{ type: 'signed-in', person: { id: role, name: `The ${role}`, role }, clinic, directory }])
  if (model.state !== 'signed-in') throw new Error('expected to be signed in')
  return model
}

export const uuid = (n: number): string => `6f1c1c52-6a0e-4b6e-9f2e-${String(n).padStart(12, '0')}`

export const itemOf = (n: number, over: Partial<QueueItem> = {}): QueueItem => ({
  packetId: uuid(n),
  deviceId: 'device-1',
  state: 'pending',
  receivedAt: new Date(NOW - n * 60_000).toISOString(),
  claimedBy: null,
  claimedAt: null,
  sequenceGap: false,
  ...over,
})

export const openedOf = (level: Packet['floor']['level'], over: Partial<Extract<Opened, { state: 'open' }>> = {}): Opened => ({
  state: 'open',
  packet: makePacket({ floor: { level, fired: [], open: [], byProtocol: [] } }),
  hash: 'h'.repeat(43),
  reviews: [],
  asOf: 'pending',
  ...over,
})

export const queueRead = (...items: QueueItem[]): StaffEvent => ({
  type: 'queue-read',
  queue: { items, serverTime: '2026-11-22T10:00:00.000Z' },
})

export const signed = (model: StaffModel): SignedIn => {
  if (model.state !== 'signed-in') throw new Error('expected to be signed in')
  return model
}
