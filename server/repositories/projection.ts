import { sql } from 'kysely'
import type { LedgerEntry } from '#contracts/wire/ledger.ts'
import { canonicalJson } from '../crypto/canonical-json.ts'
import { DeviceRecord, details, GenesisRecord, PacketRecord, ReviewRecord } from './records.ts'
import type { Tx } from './schema.ts'

/** Gives the record (parsed JSON) an entry points to. */
export type RecordOf = (entry: LedgerEntry) => Promise<unknown>

/**
 * Writes one ledger entry and what it changes into the tables. The only code that changes them: live requests and a
 * rebuild take the same way, so they end in the same state. SQL guards may refuse (SQLSTATE AN001).
 */
export async function project(tx: Tx, entry: LedgerEntry, recordOf: RecordOf): Promise<void> {
  if (entry.kind === 'genesis') await projectGenesis(tx, entry, GenesisRecord.parse(await recordOf(entry)))
  const { clinicId, packetId, detail, ...rest } = entry
  await tx
    .insertInto('ledger')
    .values({ clinic_id: clinicId, packet_id: packetId, detail: canonicalJson(detail), ...rest })
    .execute()
  const { clinicId: clinic_id, at } = entry
  switch (entry.kind) {
    case 'enrol-code': {
      const { codeHash, expiresAt } = details['enrol-code'].parse(entry.detail)
      const row = { clinic_id, code_hash: codeHash, created_by: entry.actor, expires_at: expiresAt, used_at: null }
      await tx.insertInto('enrol_codes').values(row).execute()
      return
    }
    case 'device-enrolled': {
      const { codeHash } = details['device-enrolled'].parse(entry.detail)
      const { deviceId, name, deviceKey } = DeviceRecord.parse(await recordOf(entry))
      await tx
        .updateTable('enrol_codes')
        .set({ used_at: at })
        .where('clinic_id', '=', clinic_id)
        .where('code_hash', '=', codeHash)
        .execute()
      const row = {
        clinic_id,
        device_id: deviceId,
        name,
        device_key: canonicalJson(deviceKey),
        enrolled_at: at,
        revoked_at: null,
      }
      await tx.insertInto('devices').values(row).execute()
      return
    }
    case 'device-revoked': {
      const { deviceId } = details['device-revoked'].parse(entry.detail)
      await tx
        .updateTable('devices')
        .set({ revoked_at: at })
        .where('clinic_id', '=', clinic_id)
        .where('device_id', '=', deviceId)
        .execute()
      return
    }
    case 'packet-received':
      return projectPacket(tx, entry, PacketRecord.parse(await recordOf(entry)))
    case 'packet-claimed': {
      const { staffId, state } = details['packet-claimed'].parse(entry.detail)
      return movePacket(tx, entry, { state, claimed_by: staffId, claimed_at: at })
    }
    case 'packet-released': {
      const { state } = details['packet-released'].parse(entry.detail)
      return movePacket(tx, entry, { state, claimed_by: null, claimed_at: null })
    }
    case 'packet-reviewed':
      return projectReview(tx, entry, ReviewRecord.parse(await recordOf(entry)))
    case 'ai-interaction': {
      const { deviceId, interactionHash } = details['ai-interaction'].parse(entry.detail)
      const row = { clinic_id, packet_id: packetIdOf(entry), interaction_hash: interactionHash, device_id: deviceId, at }
      await tx.insertInto('interactions').values(row).execute()
      return
    }
    case 'staff-call': {
      const { callId, deviceId, urgency, callHash } = details['staff-call'].parse(entry.detail)
      const row = { clinic_id, call_id: callId, device_id: deviceId, urgency, call_hash: callHash, received_at: at }
      await tx
        .insertInto('calls')
        .values({ ...row, answered_by: null, answered_at: null })
        .execute()
      return
    }
    case 'call-answered': {
      const { callId, staffId } = details['call-answered'].parse(entry.detail)
      const set = { answered_by: staffId, answered_at: at }
      await tx.updateTable('calls').set(set).where('clinic_id', '=', clinic_id).where('call_id', '=', callId).execute()
      return
    }
    default:
      return
  }
}

function packetIdOf(entry: LedgerEntry): string {
  if (entry.packetId === null) throw new Error(`ledger entry ${entry.seq} names no packet`)
  return entry.packetId
}

async function movePacket(
  tx: Tx,
  entry: LedgerEntry,
  set: {
    state: 'pending' | 'claimed' | 'escalated' | 'doctor-claimed' | 'attested' | 'returned'
    claimed_by?: string | null
    claimed_at?: string | null
  },
): Promise<void> {
  await tx
    .updateTable('packets')
    .set(set)
    .where('clinic_id', '=', entry.clinicId)
    .where('packet_id', '=', packetIdOf(entry))
    .execute()
}

async function projectGenesis(tx: Tx, entry: LedgerEntry, record: GenesisRecord): Promise<void> {
  const { clinicId: clinic_id } = entry
  const { name, receiptKey, epoch } = record
  const clinic = {
    clinic_id,
    name,
    receipt_key: canonicalJson(receiptKey),
    created_at: entry.at,
    head_seq: 0,
    head_hash: entry.prev,
  }
  await tx.insertInto('clinics').values(clinic).execute()
  await tx
    .insertInto('epochs')
    .values({ clinic_id, epoch: epoch.epoch, info: canonicalJson(epoch) })
    .execute()
  for (const person of record.staff) {
    const { staffId: staff_id, username, role, kdf, authHash, wrappedKeys, wrappingKey, signingKey } = person
    const keys = { wrapped_keys: wrappedKeys, wrapping_key: canonicalJson(wrappingKey), signing_key: canonicalJson(signingKey) }
    const row = {
      clinic_id,
      staff_id,
      username,
      name: person.name,
      role,
      active: true,
      kdf: canonicalJson(kdf),
      auth_hash: authHash,
    }
    await tx
      .insertInto('staff')
      .values({ ...row, ...keys })
      .execute()
  }
  for (const { epoch: number, staffId, jwe } of record.epochKeys) {
    await tx.insertInto('epoch_keys').values({ clinic_id, epoch: number, staff_id: staffId, jwe }).execute()
  }
}

async function projectPacket(tx: Tx, entry: LedgerEntry, { sealed, receipt }: PacketRecord): Promise<void> {
  const { sealedHash } = details['packet-received'].parse(entry.detail)
  const { deviceId, epoch, sequence } = sealed.routing
  const { last } = await tx
    .selectFrom('packets')
    .select(sql<number>`coalesce(max(sequence), 0)`.as('last'))
    .where('clinic_id', '=', entry.clinicId)
    .where('device_id', '=', deviceId)
    .executeTakeFirstOrThrow()
  await tx
    .insertInto('packets')
    .values({
      clinic_id: entry.clinicId,
      packet_id: packetIdOf(entry),
      device_id: deviceId,
      epoch,
      sequence,
      sequence_gap: sequence !== last + 1,
      sealed_hash: sealedHash,
      body: canonicalJson(sealed),
      receipt,
      ledger_seq: entry.seq,
      received_at: entry.at,
      state: 'pending',
      claimed_by: null,
      claimed_at: null,
    })
    .execute()
}

async function projectReview(tx: Tx, entry: LedgerEntry, record: ReviewRecord): Promise<void> {
  const { reviewerId, decision, packetHash, reviewHash, claimedAt, state } = details['packet-reviewed'].parse(entry.detail)
  await tx
    .insertInto('reviews')
    .values({
      clinic_id: entry.clinicId,
      packet_id: packetIdOf(entry),
      claimed_at: claimedAt,
      reviewer_id: reviewerId,
      decision,
      packet_hash: packetHash,
      review_hash: reviewHash,
      attestation: record.attestation,
      sealed_review: canonicalJson(record.sealedReview),
      reviewed_at: entry.at,
    })
    .execute()
  await movePacket(tx, entry, state === 'escalated' ? { state, claimed_by: null, claimed_at: null } : { state })
}
