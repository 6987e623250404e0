import type { Review, ReviewDecision, StaffRole } from '#contracts/clinical/review.ts'
import type { TriageLevel } from '#contracts/clinical/triage-level.ts'
import { err, ok, type Result } from '#contracts/result.ts'
import type { PacketState } from '#contracts/wire/queue.ts'

export const REASON_MAX = 2000

export type Reviewer = { id: string; role: StaffRole }
type Claim = { by: Reviewer; at: string }

/** One packet under review. `proposed` is the level on the table: the packet's, or the last reviewer's who escalated. */
export type ReviewModel = {
  readonly packetId: string
  readonly packetHash: string
  readonly proposed: TriageLevel
  readonly state: PacketState
  readonly claim: Claim | null
  readonly reviews: readonly Review[]
}

export type ReviewEvent =
  | { type: 'claimed'; by: Reviewer; at: string }
  | { type: 'released'; by: Reviewer }
  | { type: 'decided'; by: Reviewer; at: string; decision: ReviewDecision; level: TriageLevel; reason: string }

/** `attest`: sign this review over this very packet and store it. */
export type ReviewEffect = { type: 'attest'; review: Review }

export type ReviewError =
  | { type: 'illegal-transition'; state: PacketState; event: ReviewEvent['type'] }
  | { type: 'already-claimed'; by: string }
  | { type: 'not-claim-holder' }
  | { type: 'role-not-allowed'; role: StaffRole }
  | { type: 'reason-required'; decision: ReviewDecision }
  | { type: 'reason-too-long'; max: number }
  | { type: 'level-not-changed' }
  | { type: 'level-changed'; decision: ReviewDecision }

type Step = Result<{ model: ReviewModel; effects: readonly ReviewEffect[] }, ReviewError>

export const openReview = (packet: Pick<ReviewModel, 'packetId' | 'packetHash' | 'proposed'>): ReviewModel => ({
  ...packet,
  state: 'pending',
  claim: null,
  reviews: [],
})

const illegal = (model: ReviewModel, event: ReviewEvent): Step =>
  err({ type: 'illegal-transition', state: model.state, event: event.type })

const still = (model: ReviewModel): Step => ok({ model, effects: [] })

/**
 * pending → claimed → attested | returned | escalated → doctor-claimed → attested | returned. The first claim wins; only
 * its holder decides. The server's database enforces the same table (`contracts/wire/queue.ts`).
 */
export const updateReview = (model: ReviewModel, event: ReviewEvent): Step => {
  switch (event.type) {
    case 'claimed':
      return claim(model, event)
    case 'released':
      return release(model, event)
    case 'decided':
      return decide(model, event)
  }
}

const claim = (model: ReviewModel, event: Extract<ReviewEvent, { type: 'claimed' }>): Step => {
  if (model.claim && (model.state === 'claimed' || model.state === 'doctor-claimed')) {
    return model.claim.by.id === event.by.id ? still(model) : err({ type: 'already-claimed', by: model.claim.by.id })
  }
  if (model.state !== 'pending' && model.state !== 'escalated') return illegal(model, event)
  const allowed = model.state === 'pending' ? event.by.role !== 'admin' : event.by.role === 'doctor'
  if (!allowed) return err({ type: 'role-not-allowed', role: event.by.role })
  const state = model.state === 'pending' ? 'claimed' : 'doctor-claimed'
  return still({ ...model, state, claim: { by: event.by, at: event.at } })
}

const release = (model: ReviewModel, event: Extract<ReviewEvent, { type: 'released' }>): Step => {
  if (model.state !== 'claimed' && model.state !== 'doctor-claimed') return illegal(model, event)
  if (model.claim?.by.id !== event.by.id && event.by.role !== 'admin') return err({ type: 'not-claim-holder' })
  return still({ ...model, state: model.state === 'claimed' ? 'pending' : 'escalated', claim: null })
}

const nextState = { accept: 'attested', 'change-level': 'attested', return: 'returned', escalate: 'escalated' } as const

const decide = (model: ReviewModel, event: Extract<ReviewEvent, { type: 'decided' }>): Step => {
  const held = model.state === 'claimed' || model.state === 'doctor-claimed'
  if (!held || model.claim === null) return illegal(model, event)
  if (model.claim.by.id !== event.by.id) return err({ type: 'not-claim-holder' })
  if (model.state === 'doctor-claimed' && event.decision === 'escalate') return illegal(model, event)
  const fault = decisionFault(model, event)
  if (fault) return err(fault)
  const review = makeReview(model, model.claim, event)
  const state = nextState[event.decision]
  return ok({
    model: {
      ...model,
      state,
      proposed: event.level,
      claim: state === 'escalated' ? null : model.claim,
      reviews: [...model.reviews, review],
    },
    effects: [{ type: 'attest', review }],
  })
}

/** Accept and return leave the level as proposed; whoever wants another level says why. */
const decisionFault = (
  model: ReviewModel,
  { decision, level, reason }: Extract<ReviewEvent, { type: 'decided' }>,
): ReviewError | null => {
  const changed = level !== model.proposed
  if (decision === 'change-level' && !changed) return { type: 'level-not-changed' }
  if ((decision === 'accept' || decision === 'return') && changed) return { type: 'level-changed', decision }
  if (decision !== 'accept' && reason.trim() === '') return { type: 'reason-required', decision }
  if (reason.length > REASON_MAX) return { type: 'reason-too-long', max: REASON_MAX }
  return null
}

/** The review that is signed: bound to the packet by its hash and to the claim by its time. */
const makeReview = (model: ReviewModel, claim: Claim, event: Extract<ReviewEvent, { type: 'decided' }>): Review => ({
  version: 1,
  packetId: model.packetId,
  packetHash: model.packetHash,
  decision: event.decision,
  level: event.level,
  reason: event.reason,
  reviewerId: event.by.id,
  reviewerRole: event.by.role,
  claimedAt: claim.at,
  decidedAt: event.at,
})
