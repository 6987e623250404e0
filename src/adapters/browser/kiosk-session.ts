import type { KioskSession } from '#app/ports/draft-store.ts'
import { newSessionCipher } from '../crypto/session-cipher.ts'
import type { DeviceRow } from '../storage/device-database.ts'
import { openSessionStore, sweepSessions } from '../storage/session-store.ts'

export type SessionDeps = {
  device: DeviceRow
  now: () => number
  /** Ends the workers: prompt, caches and whatever else they hold. */
  stopWorkers: () => void
  /** Loads the page anew, which takes the last of the session's memory with it. */
  reload: () => void
}

/** Sweeps what a crash may have left, then opens a session under a fresh key. */
export const openKioskSession = async ({ device, now, stopWorkers, reload }: SessionDeps): Promise<KioskSession> => {
  await sweepSessions().catch(() => undefined)
  const store = await openSessionStore(await newSessionCipher(), now)
  return {
    clinicId: device.clinic.clinicId,
    deviceId: device.deviceId,
    drafts: { save: (id, text) => store.save(id, text).catch(() => undefined), load: (id) => store.load(id).catch(() => null) },
    end: async () => {
      stopWorkers()
      await store.wipe().catch(() => undefined)
      reload()
      // Never answers: until the new page is there, this one shows that it clears and takes no new patient.
      return new Promise<never>(() => undefined)
    },
  }
}
