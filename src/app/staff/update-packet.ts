import type { TriageLevel } from '#contracts/clinical/triage-level.ts'
import { openReview, type ReviewModel, updateReview } from '#domain/review/review-flow.ts'
import { levelOf } from './queue-rows.ts'
import { type StaffAction, type StaffNews, type Step, still } from './staff-events.ts'
import type { Draft, PacketView, SignedIn } from './staff-model.ts'
import { openPackets, withItem } from './update-queue.ts'

type Action<T extends StaffAction['type']> = Extract<StaffAction, { type: T }>
type News<T extends StaffNews['type']> = Extract<StaffNews, { type: T }>

const withView = (model: SignedIn, change: Partial<PacketView>): SignedIn =>
  model.packet === null ? model : { ...model, packet: { ...model.packet, ...change } }

/** Opens a packet on the screen, with its reviews as they are now. */
export const choosePacket = (model: SignedIn, { packetId }: Action<'packet-chosen'>): Step<SignedIn> => {
  const from = model.screen === 'doctor' ? ('doctor' as const) : ('queue' as const)
  const packet: PacketView = { packetId, from, busy: null, draft: null, confirming: false, fault: null, record: null }
  return openPackets({ ...model, screen: 'packet', packet }, [packetId])
}

/** The review flow as it stands for the packet on the screen, or null while its content is not known. */
export const reviewOf = (model: SignedIn): ReviewModel | null => {
  const id = model.packet?.packetId
  const item = model.items.find((i) => i.packetId === id)
  const opened = id === undefined ? undefined : model.opened.get(id)
  if (!item || opened?.state !== 'open') return null
  const proposed: TriageLevel = levelOf(opened) ?? 'emergency'
  const holder = model.directory.staff.find((s) => s.id === item.claimedBy)
  const claim =
    item.claimedBy !== null && item.claimedAt !== null
      ? { by: { id: item.claimedBy, role: holder?.role ?? 'nurse' }, at: item.claimedAt }
      : null
  const reviews = opened.reviews.flatMap((r) => (r.trusted ? [r.review] : []))
  return { ...openReview({ packetId: item.packetId, packetHash: opened.hash, proposed }), state: item.state, claim, reviews }
}

export const claimAsked = (model: SignedIn): Step<SignedIn> => {
  const review = reviewOf(model)
  if (!review || !model.packet || model.packet.busy) return still(model)
  const step = updateReview(review, { type: 'claimed', by: model.person, at: new Date(model.now + model.offset).toISOString() })
  if (!step.ok) return still(withView(model, { fault: step.error }))
  return {
    model: withView(model, { busy: 'claiming', fault: null }),
    effects: [{ type: 'claim', packetId: model.packet.packetId }],
  }
}

export const releaseAsked = (model: SignedIn): Step<SignedIn> => {
  if (!model.packet || model.packet.busy) return still(model)
  return {
    model: withView(model, { busy: 'releasing', fault: null, confirming: false }),
    effects: [{ type: 'release', packetId: model.packet.packetId }],
  }
}

export const drafted = (model: SignedIn, { draft }: Action<'drafted'>): Step<SignedIn> =>
  still(withView(model, { draft, fault: null }))

/** The level a draft would sign: only a change or an escalation moves it. */
export const draftLevel = (draft: Draft, proposed: TriageLevel): TriageLevel =>
  draft.decision === 'change-level' || draft.decision === 'escalate' ? draft.level : proposed

/** The same rules the server enforces, before anything is signed. */
const decide = (model: SignedIn, now: number) => {
  const review = reviewOf(model)
  const draft = model.packet?.draft
  if (!review || !draft) return null
  const level = draftLevel(draft, review.proposed)
  const at = new Date(now + model.offset).toISOString()
  const { decision, reason } = draft
  return updateReview(review, { type: 'decided', by: model.person, at, decision, level, reason: reason.trim() })
}

export const decisionAsked = (model: SignedIn, now: number): Step<SignedIn> => {
  const step = decide(model, now)
  if (step === null || model.packet?.busy) return still(model)
  return still(step.ok ? withView(model, { confirming: true, fault: null }) : withView(model, { fault: step.error }))
}

export const decisionConfirmed = (model: SignedIn, now: number): Step<SignedIn> => {
  if (!model.packet?.confirming || model.packet.busy) return still(model)
  const step = decide(model, now)
  if (step === null) return still(model)
  if (!step.ok) return still(withView(model, { confirming: false, fault: step.error }))
  return {
    model: withView(model, { busy: 'signing', confirming: false, fault: null }),
    effects: step.value.effects.map((e) => ({ type: 'attest', review: e.review, clinic: model.clinic })),
  }
}

export const itemChanged = (model: SignedIn, { item }: News<'item-changed'>): Step<SignedIn> => {
  const next = withItem(model, item)
  return still(model.packet?.packetId === item.packetId ? withView(next, { busy: null, draft: null, fault: null }) : next)
}

/** A refusal usually means that a colleague was first: the list is asked for again, so that the screen says who. */
export const packetRefused = (model: SignedIn, { packetId, fault }: News<'packet-refused'>): Step<SignedIn> => {
  const next = model.packet?.packetId === packetId ? withView(model, { busy: null, fault }) : model
  return { model: next, effects: [{ type: 'read-queue', include: 'all' }] }
}

export const reviewStored = (model: SignedIn, { item, review }: News<'review-stored'>): Step<SignedIn> => {
  const next = withItem(model, item)
  const isShown = model.packet?.packetId === item.packetId
  return openPackets(isShown ? withView(next, { busy: null, draft: null, record: { review } }) : next, [item.packetId])
}
