import type { Kysely, Transaction } from 'kysely'
import type { StaffRole } from '#contracts/clinical/review.ts'
import type { LedgerEntry } from '#contracts/wire/ledger.ts'
import type { PacketState } from '#contracts/wire/queue.ts'

/** Tables of the clinic. Instants are ISO 8601 texts in UTC; JSON is kept as the exact text that was hashed. */
export type Tables = {
  clinics: { clinic_id: string; name: string; receipt_key: string; created_at: string; head_seq: number; head_hash: string }
  epochs: { clinic_id: string; epoch: number; info: string }
  epoch_keys: { clinic_id: string; epoch: number; staff_id: string; jwe: string }
  staff: {
    clinic_id: string
    staff_id: string
    username: string
    name: string
    role: StaffRole
    active: boolean
    kdf: string
    auth_hash: string
    wrapped_keys: string
    wrapping_key: string
    signing_key: string
  }
  /** Not rebuilt: after a rebuild everybody signs in again. */
  sessions: {
    clinic_id: string
    token_hash: string
    staff_id: string
    created_at: string
    last_seen_at: string
    expires_at: string
  }
  enrol_codes: { clinic_id: string; code_hash: string; created_by: string; expires_at: string; used_at: string | null }
  devices: {
    clinic_id: string
    device_id: string
    name: string
    device_key: string
    enrolled_at: string
    revoked_at: string | null
  }
  packets: {
    clinic_id: string
    packet_id: string
    device_id: string
    epoch: number
    sequence: number
    sequence_gap: boolean
    sealed_hash: string
    body: string
    receipt: string
    ledger_seq: number
    received_at: string
    state: PacketState
    claimed_by: string | null
    claimed_at: string | null
  }
  reviews: {
    clinic_id: string
    packet_id: string
    claimed_at: string
    reviewer_id: string
    decision: string
    packet_hash: string
    review_hash: string
    attestation: string
    sealed_review: string
    reviewed_at: string
  }
  calls: {
    clinic_id: string
    call_id: string
    device_id: string
    urgency: 'help' | 'emergency'
    call_hash: string
    received_at: string
    answered_by: string | null
    answered_at: string | null
  }
  interactions: { clinic_id: string; packet_id: string; interaction_hash: string; device_id: string; at: string }
  ledger: {
    clinic_id: string
    seq: number
    at: string
    kind: LedgerEntry['kind']
    actor: string
    packet_id: string | null
    detail: string
    prev: string
    hash: string
  }
}

export type Db = Kysely<Tables>
export type Tx = Transaction<Tables>
