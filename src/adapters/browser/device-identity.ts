import type { KioskServer, ServerError } from '#app/ports/clinic-server.ts'
import { err, ok, type Result } from '#contracts/result.ts'
import type { ClinicInfo } from '#contracts/wire/keys.ts'
import { isOwnThumbprint, makeSigningKeys, publicJwkOf, signText } from '../crypto/keys.ts'
import type { DeviceDatabase, DeviceRow } from '../storage/device-database.ts'

export type EnrolError = ServerError | { type: 'clinic-key-invalid' }

/** The enrolled device, or null on a fresh browser. */
export const readDevice = async (db: DeviceDatabase): Promise<DeviceRow | null> => (await db.device.get('device')) ?? null

/** Makes the device's key, proves it with the one-time code, and pins the clinic's keys. */
export const enrolDevice = async (
  db: DeviceDatabase,
  server: KioskServer,
  code: string,
  name: string,
): Promise<Result<DeviceRow, EnrolError>> => {
  const keys = await makeSigningKeys()
  const deviceKey = await publicJwkOf(keys.publicKey, 'sig')
  const proof = await signText(keys.privateKey, `anteroom-enrol.${code}`)
  const answered = await server.enrol({ code, name, deviceKey, proof })
  if (!answered.ok) return answered
  const { deviceId, clinic } = answered.value
  if (!(await keysHold(clinic))) return err({ type: 'clinic-key-invalid' })
  const row: DeviceRow = { id: 'device', deviceId, name, keys, kid: deviceKey.kid, clinic, sequence: 0 }
  await db.device.put(row)
  return ok(row)
}

const keysHold = async (clinic: ClinicInfo): Promise<boolean> =>
  (await isOwnThumbprint(clinic.receiptKey)) &&
  (await isOwnThumbprint(clinic.epoch.encryptionKey)) &&
  clinic.epoch.clinicId === clinic.clinicId

/** The next sequence number; counted in one transaction, so that two tabs never share one. */
export const nextSequence = (db: DeviceDatabase): Promise<number> =>
  db.transaction('rw', db.device, async () => {
    const row = await db.device.get('device')
    if (!row) throw new Error('no device enrolled')
    await db.device.update('device', { sequence: row.sequence + 1 })
    return row.sequence + 1
  })
