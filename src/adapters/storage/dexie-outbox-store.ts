import { Dexie } from 'dexie'
import type { OutboxStore } from '#app/ports/outbox.ts'
import { err, ok } from '#contracts/result.ts'
import { isExpired } from '#domain/retention/expiry.ts'
import type { DeviceDatabase } from './device-database.ts'

/** The outbox in IndexedDB with strict durability: a power cut right after `add` answered loses nothing. */
export const dexieOutboxStore = (db: DeviceDatabase): OutboxStore => ({
  add: async (sealed, now) => {
    try {
      const { packetId, expiresAt } = sealed.routing
      await db.outbox.put({
        packetId,
        sealed,
        storedAt: now,
        expiresAt: Date.parse(expiresAt),
        attempts: 0,
        notBefore: now,
        dead: null,
      })
      return ok(null)
    } catch (e) {
      const full = e instanceof Dexie.QuotaExceededError || (e instanceof Error && e.name === 'QuotaExceededError')
      return err({ type: full ? 'storage-full' : 'storage-failed' })
    }
  },
  rows: async () =>
    (await db.outbox.orderBy('storedAt').toArray()).map(({ packetId, attempts, notBefore, dead }) => ({
      packetId,
      attempts,
      notBefore,
      dead,
    })),
  sealed: async (packetId) => (await db.outbox.get(packetId))?.sealed ?? null,
  save: async ({ packetId, attempts, notBefore, dead }) => {
    await db.outbox.update(packetId, { attempts, notBefore, dead })
  },
  delete: (packetId) => db.outbox.delete(packetId),
  sweep: async (now) => {
    const rows = await db.outbox.toArray()
    const gone = rows
      .filter((r) => isExpired({ kind: r.dead ? 'dead-letter' : 'outbox', storedAt: r.storedAt, expiresAt: r.expiresAt }, now))
      .map((r) => r.packetId)
    await db.outbox.bulkDelete(gone)
    return gone
  },
})
