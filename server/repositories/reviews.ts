import { err, ok, type Result } from '#contracts/result.ts'
import { AttestationClaims, type PacketState, type QueueItem, type SignedReview } from '#contracts/wire/queue.ts'
import { canonicalJson } from '../crypto/canonical-json.ts'
import { verifiedClaims } from '../crypto/signatures.ts'
import { type Refusal, refusal } from '../problems.ts'
import { CLOCK_SKEW_MS, findItem } from './packets.ts'
import type { Tx } from './schema.ts'
import type { Person } from './staff.ts'
import type { Store } from './store.ts'

type ItemResult = Result<QueueItem, Refusal>

const nextState = {
  accept: 'attested',
  'change-level': 'attested',
  return: 'returned',
  escalate: 'escalated',
} as const

const illegal = (state: PacketState): Refusal => refusal(409, 'illegal-transition', `The packet is ${state}.`)

async function itemOr404(tx: Tx, clinicId: string, packetId: string): Promise<ItemResult> {
  const item = await findItem(tx, clinicId, packetId)
  return item ? ok(item) : err(refusal(404, 'not-found'))
}

/** Claims a waiting packet for review: nurses and doctors the pending ones, doctors the escalated ones. One wins. */
export async function claimPacket(store: Store, packetId: string, person: Person): Promise<ItemResult> {
  return store.commit<ItemResult>(async (tx, { at, clinicId }) => {
    const found = await itemOr404(tx, clinicId, packetId)
    const refuse = (error: Refusal) => ({ draft: null, answer: err(error) })
    if (!found.ok) return { draft: null, answer: found }
    const item = found.value
    if (item.state === 'claimed' || item.state === 'doctor-claimed') {
      return item.claimedBy === person.staffId ? { draft: null, answer: ok(item) } : refuse(refusal(409, 'already-claimed'))
    }
    if (item.state !== 'pending' && item.state !== 'escalated') return refuse(illegal(item.state))
    if (item.state === 'escalated' && person.role !== 'doctor') return refuse(refusal(403, 'role', 'A doctor must take it.'))
    const state = item.state === 'pending' ? ('claimed' as const) : ('doctor-claimed' as const)
    const draft = {
      kind: 'packet-claimed' as const,
      actor: `staff:${person.staffId}`,
      packetId,
      detail: { staffId: person.staffId, state },
    }
    return { draft, answer: ok({ ...item, state, claimedBy: person.staffId, claimedAt: at }) }
  })
}

/** Gives a claimed packet back to the queue: its holder may, and an administrator for someone who left. */
export async function releasePacket(store: Store, packetId: string, person: Person): Promise<ItemResult> {
  return store.commit<ItemResult>(async (tx, { clinicId }) => {
    const found = await itemOr404(tx, clinicId, packetId)
    const refuse = (error: Refusal) => ({ draft: null, answer: err(error) })
    if (!found.ok) return { draft: null, answer: found }
    const item = found.value
    if (item.state !== 'claimed' && item.state !== 'doctor-claimed') return refuse(illegal(item.state))
    if (item.claimedBy !== person.staffId && person.role !== 'admin') return refuse(refusal(403, 'not-claim-holder'))
    const state = item.state === 'claimed' ? ('pending' as const) : ('escalated' as const)
    const draft = { kind: 'packet-released' as const, actor: `staff:${person.staffId}`, packetId, detail: { state } }
    return { draft, answer: ok({ ...item, state, claimedBy: null, claimedAt: null }) }
  })
}

/** Stores a signed review and moves the packet; only the claim holder's own signature over this packet counts. */
export async function reviewPacket(store: Store, packetId: string, person: Person, review: SignedReview): Promise<ItemResult> {
  const claims = AttestationClaims.safeParse(await verifiedClaims(person.signingKey, review.attestation))
  if (!claims.success) return err(refusal(422, 'attestation-invalid'))
  const { data } = claims
  if (data.packetId !== packetId || data.reviewerId !== person.staffId) return err(refusal(422, 'attestation-mismatch'))
  const bound = Buffer.from(canonicalJson(data)).toString('base64url')
  if (review.sealedReview.aad !== bound) return err(refusal(422, 'aad-mismatch'))

  return store.commit<ItemResult>(async (tx, { at, clinicId }) => {
    const found = await itemOr404(tx, clinicId, packetId)
    const refuse = (error: Refusal) => ({ draft: null, answer: err(error) })
    if (!found.ok) return { draft: null, answer: found }
    const item = found.value
    const earlier = await tx
      .selectFrom('reviews')
      .select(['packet_hash', 'attestation'])
      .where('clinic_id', '=', clinicId)
      .where('packet_id', '=', packetId)
      .execute()
    // The answer to the first try was lost on the way: the review is there already.
    if (earlier.some((row) => row.attestation === review.attestation)) return { draft: null, answer: found }
    const isClaimed = item.state === 'claimed' || item.state === 'doctor-claimed'
    if (!isClaimed || item.claimedAt === null) return refuse(illegal(item.state))
    if (item.claimedBy !== person.staffId) return refuse(refusal(403, 'not-claim-holder'))
    if (item.state === 'doctor-claimed' && data.decision === 'escalate') return refuse(illegal(item.state))
    if (Math.abs(Date.parse(data.decidedAt) - Date.parse(at)) > CLOCK_SKEW_MS) return refuse(refusal(422, 'clock-skew'))
    if (earlier.some((row) => row.packet_hash !== data.packetHash)) return refuse(refusal(422, 'attestation-other-packet'))
    if (data.packetHash.length !== 43 || data.reviewHash.length !== 43) return refuse(refusal(422, 'attestation-invalid'))

    const state = nextState[data.decision]
    const { reviewerId, decision, packetHash, reviewHash } = data
    const detail = { reviewerId, decision, packetHash, reviewHash, claimedAt: item.claimedAt, state }
    const draft = { kind: 'packet-reviewed' as const, actor: `staff:${person.staffId}`, packetId, detail, record: review }
    const after = state === 'escalated' ? { ...item, state, claimedBy: null, claimedAt: null } : { ...item, state }
    return { draft, answer: ok(after) }
  })
}
