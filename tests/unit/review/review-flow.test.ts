import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Review } from '#contracts/clinical/review.ts'
import type { PacketState } from '#contracts/wire/queue.ts'
import { openReview, type ReviewEvent, type Reviewer, type ReviewModel, updateReview } from '#domain/review/review-flow.ts'

const ana: Reviewer = { id: 'ana', role: 'nurse' }
const ben: Reviewer = { id: 'ben', role: 'nurse' }
const dora: Reviewer = { id: 'dora', role: 'doctor' }
const max: Reviewer = { id: 'max', role: 'admin' }
const at = '2026-11-22T10:00:00.000Z'
const later = '2026-11-22T10:05:00.000Z'

const claimed = (by: Reviewer): ReviewEvent => ({ type: 'claimed', by, at })
const released = (by: Reviewer): ReviewEvent => ({ type: 'released', by })
type Decided = Extract<ReviewEvent, { type: 'decided' }>
const decided = (by: Reviewer, decision: Decided['decision'], more: Partial<Decided> = {}): ReviewEvent => ({
  type: 'decided',
  by,
  at: later,
  decision,
  level: 'high',
  reason: '',
  ...more,
})
const start = openReview({ packetId: '6f0b7f0e-52a6-4c55-9f5c-0c6f3a1f2b11', packetHash: 'hash', proposed: 'high' })

/** Runs events; a refused one ends the run with its error. */
const run = (...events: ReviewEvent[]): ReviewModel | string => {
  let model = start
  for (const event of events) {
    const step = updateReview(model, event)
    if (!step.ok) return step.error.type
    model = step.value.model
  }
  return model
}
const stateAfter = (...events: ReviewEvent[]): PacketState | string => {
  const model = run(...events)
  return typeof model === 'string' ? model : model.state
}
const why = { reason: 'Looks pale.' }
const escalated = [claimed(ana), decided(ana, 'escalate', why)]

describe('review', () => {
  it.each<[string, ReviewEvent[], string]>([
    ['a nurse accepts', [claimed(ana), decided(ana, 'accept')], 'attested'],
    ['a doctor may take a pending packet', [claimed(dora), decided(dora, 'accept')], 'attested'],
    ['an administrator may not', [claimed(max)], 'role-not-allowed'],
    ['the first claim wins', [claimed(ana), claimed(ben)], 'already-claimed'],
    ['claiming again is harmless', [claimed(ana), claimed(ana)], 'claimed'],
    ['nobody decides without a claim', [decided(ana, 'accept')], 'illegal-transition'],
    ['only the holder decides', [claimed(ana), decided(ben, 'accept')], 'not-claim-holder'],
    [
      'a level is changed with a reason',
      [claimed(ana), decided(ana, 'change-level', { level: 'emergency', ...why })],
      'attested',
    ],
    [
      'a level is not changed without one',
      [claimed(ana), decided(ana, 'change-level', { level: 'low', reason: ' \n' })],
      'reason-required',
    ],
    ['a change must change', [claimed(ana), decided(ana, 'change-level', why)], 'level-not-changed'],
    [
      'accepting does not change the level by the way',
      [claimed(ana), decided(ana, 'accept', { level: 'low', ...why })],
      'level-changed',
    ],
    ['returning does not either', [claimed(ana), decided(ana, 'return', { level: 'low', ...why })], 'level-changed'],
    ['returning needs a reason', [claimed(ana), decided(ana, 'return')], 'reason-required'],
    ['a packet is returned', [claimed(ana), decided(ana, 'return', why)], 'returned'],
    ['escalating needs a reason', [claimed(ana), decided(ana, 'escalate')], 'reason-required'],
    ['a reason has its limit', [claimed(ana), decided(ana, 'escalate', { reason: 'a'.repeat(2001) })], 'reason-too-long'],
    ['a packet is escalated', escalated, 'escalated'],
    ['a nurse cannot take an escalated packet', [...escalated, claimed(ben)], 'role-not-allowed'],
    ['a doctor takes it', [...escalated, claimed(dora)], 'doctor-claimed'],
    ['a doctor closes it', [...escalated, claimed(dora), decided(dora, 'accept')], 'attested'],
    ['a doctor does not escalate', [...escalated, claimed(dora), decided(dora, 'escalate', why)], 'illegal-transition'],
    ['a doctor gives it back to the doctors', [...escalated, claimed(dora), released(dora)], 'escalated'],
    ['a nurse gives it back to the queue', [claimed(ana), released(ana), claimed(ben)], 'claimed'],
    ['nobody else gives it back', [claimed(ana), released(ben)], 'not-claim-holder'],
    ['except an administrator', [claimed(ana), released(max)], 'pending'],
    ['what is not claimed is not given back', [released(ana)], 'illegal-transition'],
    ['a closed packet stays closed', [claimed(ana), decided(ana, 'accept'), claimed(dora)], 'illegal-transition'],
    [
      'a closed packet is not decided again',
      [claimed(ana), decided(ana, 'accept'), decided(ana, 'return', why)],
      'illegal-transition',
    ],
  ])('%s', (_, events, expected) => {
    expect(stateAfter(...events)).toBe(expected)
  })

  it('asks to sign the very review, bound to packet and claim', () => {
    const model = run(claimed(ana))
    if (typeof model === 'string') throw new Error(model)
    const step = updateReview(model, decided(ana, 'change-level', { level: 'emergency', ...why }))
    if (!step.ok) throw new Error(step.error.type)
    const review = {
      version: 1,
      packetId: start.packetId,
      packetHash: 'hash',
      decision: 'change-level',
      level: 'emergency',
      reason: 'Looks pale.',
      reviewerId: 'ana',
      reviewerRole: 'nurse',
      claimedAt: at,
      decidedAt: later,
    }
    expect(step.value.effects).toEqual([{ type: 'attest', review }])
    expect(Review.safeParse(review).success).toBe(true)
  })

  it('shows the doctor the level the nurse escalated with', () => {
    const model = run(claimed(ana), decided(ana, 'escalate', { level: 'emergency', ...why }))
    expect(typeof model !== 'string' && model.proposed).toBe('emergency')
  })

  it('closes only by a signed decision of the claim holder, whatever happens', () => {
    const who = fc.constantFrom(ana, ben, dora, max)
    const event: fc.Arbitrary<ReviewEvent> = fc.oneof(
      who.map(claimed),
      who.map(released),
      fc
        .tuple(
          who,
          fc.constantFrom<Decided['decision']>('accept', 'change-level', 'escalate', 'return'),
          fc.constantFrom('high', 'low'),
          fc.constantFrom('', 'why'),
        )
        .map(([by, decision, level, reason]) => decided(by, decision, { level: level as 'high', reason })),
    )
    fc.assert(
      fc.property(fc.array(event, { maxLength: 20 }), (events) => {
        let model = start
        let signed = 0
        for (const e of events) {
          const step = updateReview(model, e)
          if (!step.ok) continue
          const before = model
          model = step.value.model
          signed += step.value.effects.length
          const moved = before.state !== model.state && ['attested', 'returned', 'escalated'].includes(model.state)
          if (moved && e.type === 'decided') {
            expect(before.claim?.by.id).toBe(e.by.id)
            expect(step.value.effects).toHaveLength(1)
          }
          if (before.state === 'attested' || before.state === 'returned') expect(model).toEqual(before)
          expect((model.claim === null) === (model.state === 'pending' || model.state === 'escalated')).toBe(true)
        }
        expect(model.reviews).toHaveLength(signed)
        expect(model.reviews.filter((r) => r.decision !== 'escalate').length).toBeLessThanOrEqual(1)
        for (const r of model.reviews) if (r.decision !== 'accept') expect(r.reason.trim()).not.toBe('')
      }),
      { numRuns: 500 },
    )
  })
})
