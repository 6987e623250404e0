import { err, ok, type Result } from '#contracts/result.ts'
import type { PacketDetail, QueueItem } from '#contracts/wire/queue.ts'
import { type ReceiptResponse, SealedPacket } from '#contracts/wire/sealed-packet.ts'
import { canonicalJson } from '../crypto/canonical-json.ts'
import { hashOf } from '../crypto/hashes.ts'
import { type PrivateJwk, signClaims } from '../crypto/signatures.ts'
import { type Refusal, refusal } from '../problems.ts'
import { checkDevice } from './devices.ts'
import type { Db, Tables } from './schema.ts'
import type { Store } from './store.ts'

/** How far a device's clock may be off. */
export const CLOCK_SKEW_MS = 10 * 60_000
const CLOSED_LISTED = 200

type Row = Pick<
  Tables['packets'],
  'packet_id' | 'device_id' | 'state' | 'received_at' | 'claimed_by' | 'claimed_at' | 'sequence_gap'
>
const itemColumns = ['packet_id', 'device_id', 'state', 'received_at', 'claimed_by', 'claimed_at', 'sequence_gap'] as const

const toItem = (row: Row): QueueItem => ({
  packetId: row.packet_id,
  deviceId: row.device_id,
  state: row.state,
  receivedAt: row.received_at,
  claimedBy: row.claimed_by,
  claimedAt: row.claimed_at,
  sequenceGap: row.sequence_gap,
})

export async function findItem(db: Db, clinicId: string, packetId: string): Promise<QueueItem | null> {
  const query = db.selectFrom('packets').select(itemColumns).where('clinic_id', '=', clinicId).where('packet_id', '=', packetId)
  const row = await query.executeTakeFirst()
  return row ? toItem(row) : null
}

/** Packets waiting or in work, oldest first; with `all` also the newest closed ones. */
export async function listQueue(db: Db, clinicId: string, include: 'open' | 'all'): Promise<QueueItem[]> {
  const all = db.selectFrom('packets').select(itemColumns).where('clinic_id', '=', clinicId)
  const closed: Tables['packets']['state'][] = ['attested', 'returned']
  const open = await all.where('state', 'not in', closed).orderBy('received_at').orderBy('ledger_seq').execute()
  if (include === 'open') return open.map(toItem)
  const done = await all.where('state', 'in', closed).orderBy('ledger_seq', 'desc').limit(CLOSED_LISTED).execute()
  return [...done.reverse(), ...open].map(toItem)
}

/** Takes a sealed packet: checks it, makes it durable, answers a signed receipt. The same packet again gets the same receipt. */
export async function receivePacket(
  store: Store,
  receiptKey: PrivateJwk,
  packetId: string,
  sealed: SealedPacket,
  sentAt: string | undefined,
): Promise<Result<ReceiptResponse, Refusal>> {
  const { routing, jwe, signature } = sealed
  const { clinicId } = store
  if (routing.packetId !== packetId) return err(refusal(422, 'routing-mismatch'))
  if (routing.clinicId !== clinicId) return err(refusal(422, 'wrong-clinic'))
  const device = await checkDevice(store.db, clinicId, routing.deviceId, canonicalJson({ routing, jwe }), signature)
  if (!device.ok && device.error.type !== 'device-revoked') return device
  const isBound = jwe.aad === Buffer.from(canonicalJson(routing)).toString('base64url')
  const sealedHash = hashOf(sealed)

  return store.commit<Result<ReceiptResponse, Refusal>>(async (tx, { at, seq }) => {
    const refuse = (error: Refusal) => ({ draft: null, answer: err(error) })
    const actor = `device:${routing.deviceId}`
    const known = await tx
      .selectFrom('packets')
      .select(['sealed_hash', 'receipt', 'device_id'])
      .where('clinic_id', '=', clinicId)
      .where('packet_id', '=', packetId)
      .executeTakeFirst()
    if (known?.sealed_hash === sealedHash) return { draft: null, answer: ok({ receipt: known.receipt }) }
    const current = await tx
      .selectFrom('devices')
      .select('revoked_at')
      .where('clinic_id', '=', clinicId)
      .where('device_id', '=', routing.deviceId)
      .executeTakeFirst()
    if (current?.revoked_at !== null) {
      const detail = { deviceId: routing.deviceId, reason: 'device-revoked', sealedHash }
      const error = refusal(403, 'device-revoked', 'This device is no longer part of the clinic.')
      return { draft: { kind: 'packet-refused', actor, packetId, detail }, answer: err(error) }
    }
    if (known) {
      const detail = { deviceId: routing.deviceId, sealedHash, keptHash: known.sealed_hash }
      const error = refusal(409, 'packet-conflict', 'Another packet with this id was received before.')
      return { draft: { kind: 'packet-conflict', actor, packetId, detail }, answer: err(error) }
    }
    if (!isBound) return refuse(refusal(422, 'aad-mismatch'))
    if (jwe.recipients.length !== 1) return refuse(refusal(422, 'recipients'))
    const epochs = tx.selectFrom('epochs').select('epoch').where('clinic_id', '=', clinicId)
    if (!(await epochs.where('epoch', '=', routing.epoch).executeTakeFirst())) return refuse(refusal(422, 'unknown-epoch'))
    const clock = clockRefusal(Date.parse(at), routing, sentAt)
    if (clock !== null) return refuse(clock)

    const claims = { packetId, clinicId, deviceId: routing.deviceId, sealedHash, ledgerSeq: seq, receivedAt: at }
    const receipt = await signClaims(receiptKey, 'anteroom-receipt', claims)
    const detail = { deviceId: routing.deviceId, sealedHash, epoch: routing.epoch, sequence: routing.sequence }
    const draft = { kind: 'packet-received' as const, actor, packetId, detail, record: { sealed, receipt } }
    return { draft, answer: ok({ receipt }) }
  })
}

/** A packet may wait offline for hours, so its own time may lie back; the time of sending may not be off either way. */
function clockRefusal(now: number, routing: SealedPacket['routing'], sentAt: string | undefined): Refusal | null {
  const isSentNow = sentAt === undefined || Math.abs(Date.parse(sentAt) - now) <= CLOCK_SKEW_MS
  if (!isSentNow || Date.parse(routing.issuedAt) > now + CLOCK_SKEW_MS) {
    return refusal(422, 'clock-skew', "The device's clock is more than 10 minutes off. Set it and send again.")
  }
  return Date.parse(routing.expiresAt) <= now ? refusal(422, 'packet-expired') : null
}

/** A packet with its reviews, for a clinician. Reading is recorded first. */
export async function openPacket(store: Store, packetId: string, staffId: string): Promise<Result<PacketDetail, Refusal>> {
  return store.commit<Result<PacketDetail, Refusal>>(async (tx, { clinicId }) => {
    const found = await tx
      .selectFrom('packets')
      .select([...itemColumns, 'body'])
      .where('clinic_id', '=', clinicId)
      .where('packet_id', '=', packetId)
      .executeTakeFirst()
    if (!found) return { draft: null, answer: err(refusal(404, 'not-found')) }
    const reviews = await tx
      .selectFrom('reviews')
      .select(['attestation', 'sealed_review'])
      .where('clinic_id', '=', clinicId)
      .where('packet_id', '=', packetId)
      .orderBy('reviewed_at')
      .execute()
    const detail = {
      item: toItem(found),
      sealed: SealedPacket.parse(JSON.parse(found.body)),
      reviews: reviews.map((row) => ({ attestation: row.attestation, sealedReview: JSON.parse(row.sealed_review) })),
    }
    const draft = { kind: 'packet-opened' as const, actor: `staff:${staffId}`, packetId, detail: { state: found.state } }
    return { draft, answer: ok(detail) }
  })
}
