import { err, ok, type Result } from '#contracts/result.ts'
import type { StaffCall, StaffCallItem } from '#contracts/wire/queue.ts'
import { canonicalJson } from '../crypto/canonical-json.ts'
import { hashOf } from '../crypto/hashes.ts'
import { type Refusal, refusal } from '../problems.ts'
import { checkDevice } from './devices.ts'
import type { Db } from './schema.ts'
import type { Store } from './store.ts'

type ItemResult = Result<StaffCallItem, Refusal>
const ANSWERED_LISTED = 100

function selectCalls(db: Db, clinicId: string) {
  return db
    .selectFrom('calls as c')
    .innerJoin('devices as d', (join) => join.onRef('d.clinic_id', '=', 'c.clinic_id').onRef('d.device_id', '=', 'c.device_id'))
    .select([
      'c.call_id as callId',
      'c.device_id as deviceId',
      'd.name as deviceName',
      'c.urgency',
      'c.received_at as receivedAt',
      'c.answered_by as answeredBy',
    ])
    .where('c.clinic_id', '=', clinicId)
}

/** Open calls, oldest first; with `all` also the newest answered ones. */
export async function listCalls(db: Db, clinicId: string, include: 'open' | 'all'): Promise<StaffCallItem[]> {
  const calls = selectCalls(db, clinicId)
  const open = await calls.where('c.answered_by', 'is', null).orderBy('c.received_at').execute()
  if (include === 'open') return open
  const done = await calls
    .where('c.answered_by', 'is not', null)
    .orderBy('c.received_at', 'desc')
    .limit(ANSWERED_LISTED)
    .execute()
  return [...done.reverse(), ...open]
}

/** Takes a kiosk's call. Never refused for a wrong clock: someone may need help now. The same call again is the same call. */
export async function receiveCall(store: Store, call: StaffCall): Promise<ItemResult> {
  const { signature, ...signed } = call
  const { callId, deviceId, urgency, issuedAt } = signed
  const device = await checkDevice(store.db, store.clinicId, deviceId, canonicalJson(signed), signature)
  if (!device.ok) return device
  const callHash = hashOf(signed)
  return store.commit<ItemResult>(async (tx, { at, clinicId }) => {
    const rows = tx.selectFrom('calls').select('call_hash').where('clinic_id', '=', clinicId)
    const known = await rows.where('call_id', '=', callId).executeTakeFirst()
    if (known && known.call_hash !== callHash) return { draft: null, answer: err(refusal(409, 'call-conflict')) }
    if (known) {
      const item = await selectCalls(tx, clinicId).where('c.call_id', '=', callId).executeTakeFirstOrThrow()
      return { draft: null, answer: ok(item) }
    }
    const detail = { callId, deviceId, urgency, callHash, issuedAt, signature }
    const item = { callId, deviceId, deviceName: device.value.name, urgency, receivedAt: at, answeredBy: null }
    return { draft: { kind: 'staff-call', actor: `device:${deviceId}`, detail }, answer: ok(item) }
  })
}

/** Marks a call answered; the first one who does it stays named. */
export async function answerCall(store: Store, callId: string, staffId: string): Promise<ItemResult> {
  return store.commit<ItemResult>(async (tx, { clinicId }) => {
    const item = await selectCalls(tx, clinicId).where('c.call_id', '=', callId).executeTakeFirst()
    if (!item) return { draft: null, answer: err(refusal(404, 'not-found')) }
    if (item.answeredBy !== null) return { draft: null, answer: ok(item) }
    const draft = { kind: 'call-answered' as const, actor: `staff:${staffId}`, detail: { callId, staffId } }
    return { draft, answer: ok({ ...item, answeredBy: staffId }) }
  })
}
