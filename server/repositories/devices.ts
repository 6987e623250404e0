import { randomInt, randomUUID } from 'node:crypto'
import { err, ok, type Result } from '#contracts/result.ts'
import type { DeviceItem, EnrolCodeResponse, EnrolRequest } from '#contracts/wire/enrolment.ts'
import { PublicJwk } from '#contracts/wire/keys.ts'
import { isSameSecret, sha256 } from '../crypto/hashes.ts'
import { isSignedBy, isWellFormedKey } from '../crypto/signatures.ts'
import { type Refusal, refusal } from '../problems.ts'
import type { Db } from './schema.ts'
import type { Store } from './store.ts'

const CODE_LIFE_MS = 15 * 60_000
/** No letters or digits that look alike. 12 characters hold about 59 bits. */
const CODE_ALPHABET = 'ABCDEFGHJKMNPQRSTVWXYZ23456789'

const normalCode = (code: string): string => code.toUpperCase().replace(/[^A-Z0-9]/g, '')

export type Device = { deviceId: string; name: string; key: PublicJwk; revokedAt: string | null }

/** The device, or null when the clinic never enrolled it. */
export async function findDevice(db: Db, clinicId: string, deviceId: string): Promise<Device | null> {
  const row = await db
    .selectFrom('devices')
    .select(['device_id', 'name', 'device_key', 'revoked_at'])
    .where('clinic_id', '=', clinicId)
    .where('device_id', '=', deviceId)
    .executeTakeFirst()
  if (!row) return null
  return { deviceId: row.device_id, name: row.name, key: PublicJwk.parse(JSON.parse(row.device_key)), revokedAt: row.revoked_at }
}

/** All devices, newest first. */
export async function listDevices(db: Db, clinicId: string): Promise<DeviceItem[]> {
  const rows = await db
    .selectFrom('devices')
    .select(['device_id as deviceId', 'name', 'enrolled_at as enrolledAt', 'revoked_at as revokedAt'])
    .where('clinic_id', '=', clinicId)
    .orderBy('enrolled_at', 'desc')
    .execute()
  return rows
}

/** Makes a one-time code for one device; only its hash is kept. */
export async function createEnrolCode(store: Store, actor: string): Promise<EnrolCodeResponse> {
  const letters = Array.from({ length: 12 }, () => CODE_ALPHABET[randomInt(CODE_ALPHABET.length)]).join('')
  const code = `${letters.slice(0, 4)}-${letters.slice(4, 8)}-${letters.slice(8)}`
  return store.commit(async (_tx, { at }) => {
    const expiresAt = new Date(Date.parse(at) + CODE_LIFE_MS).toISOString()
    const detail = { codeHash: sha256(normalCode(code)), expiresAt }
    return { draft: { kind: 'enrol-code', actor, detail }, answer: { code, expiresAt } }
  })
}

/** Enrols a device that knows an unused code and proves it holds its key. Refusals are recorded without the code. */
export async function enrolDevice(store: Store, request: EnrolRequest): Promise<Result<{ deviceId: string }, Refusal>> {
  const { code, name, deviceKey, proof } = request
  const isProven = (await isWellFormedKey(deviceKey)) && (await isSignedBy(deviceKey, `anteroom-enrol.${code}`, proof))
  const offered = sha256(normalCode(code))
  return store.commit<Result<{ deviceId: string }, Refusal>>(async (tx, { at, clinicId }) => {
    const open = await tx
      .selectFrom('enrol_codes')
      .select('code_hash')
      .where('clinic_id', '=', clinicId)
      .where('used_at', 'is', null)
      .where('expires_at', '>', at)
      .execute()
    // Every open code is compared in full, so that time tells nothing about which one was near.
    const match = open.filter((row) => isSameSecret(row.code_hash, offered))[0]
    if (!match || !isProven) {
      const draft = { kind: 'enrol-refused' as const, actor: 'unknown-device', detail: { reason: match ? 'proof' : 'code' } }
      return { draft, answer: err(refusal(403, 'enrol-refused', 'Ask staff for a new code.')) }
    }
    const deviceId = `device-${randomUUID()}`
    const detail = { deviceId, codeHash: match.code_hash, keyId: deviceKey.kid }
    const draft = { kind: 'device-enrolled' as const, actor: `device:${deviceId}`, detail, record: { deviceId, name, deviceKey } }
    return { draft, answer: ok({ deviceId }) }
  })
}

/** Revokes a device for good; doing it twice is the same as once. */
export async function revokeDevice(store: Store, deviceId: string, actor: string): Promise<Result<DeviceItem, Refusal>> {
  return store.commit<Result<DeviceItem, Refusal>>(async (tx, { at, clinicId }) => {
    const item = (await listDevices(tx, clinicId)).find((device) => device.deviceId === deviceId)
    if (!item) return { draft: null, answer: err(refusal(404, 'not-found')) }
    if (item.revokedAt !== null) return { draft: null, answer: ok(item) }
    return { draft: { kind: 'device-revoked', actor, detail: { deviceId } }, answer: ok({ ...item, revokedAt: at }) }
  })
}

/** Checks a request a device signed: known, signature right, not revoked (in this order). */
export async function checkDevice(
  db: Db,
  clinicId: string,
  deviceId: string,
  text: string,
  signature: string,
): Promise<Result<Device, Refusal>> {
  const device = await findDevice(db, clinicId, deviceId)
  if (!device) return err(refusal(401, 'unknown-device', 'Enrol this device again.'))
  if (!(await isSignedBy(device.key, text, signature))) return err(refusal(401, 'bad-signature'))
  if (device.revokedAt !== null) return err(refusal(403, 'device-revoked', 'This device is no longer part of the clinic.'))
  return ok(device)
}
