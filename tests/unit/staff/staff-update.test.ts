import { describe, expect, it } from 'vitest'
import { queueRows } from '#app/staff/queue-rows.ts'
import type { StaffEvent } from '#app/staff/staff-events.ts'
import { STAFF_IDLE } from '#app/staff/update-session.ts'
import { itemOf, NOW, openedOf, play, queueRead, signed, signedInAs, uuid } from './staff-fixture.ts'

const packetRead = (n: number, opened: ReturnType<typeof openedOf>): StaffEvent => ({
  type: 'packet-read',
  packetId: uuid(n),
  opened,
})

describe('signing in and out', () => {
  it('asks with the trimmed name and once only', () => {
    const ask: StaffEvent = { type: 'sign-in-asked', username: ' nurse ', passphrase: 'p' }
    const first = play([ask])
    expect(first.effects).toEqual([{ type: 'sign-in', username: 'nurse', passphrase: 'p' }])
    expect(JSON.stringify(first.model)).not.toContain('"p"')
    expect(play([ask], first.model).effects).toEqual([])
  })
  it('waits as long as the server says after too many tries', () => {
    const fault = { type: 'status', status: 429, code: 'too-many-requests', retryAfterMs: 90_000 } as const
    const waiting = play([{ type: 'sign-in-failed', fault }]).model
    const ask: StaffEvent = { type: 'sign-in-asked', username: 'nurse', passphrase: 'p' }
    expect(play([ask], waiting).effects).toEqual([])
    const later = play([{ type: 'ticked' }], waiting, NOW + 90_000).model
    expect(play([ask], later, NOW + 90_000).effects).toHaveLength(1)
  })
  it('forgets everything when left alone, and only then', () => {
    const model = play([queueRead(itemOf(1)), packetRead(1, openedOf('high'))], signedInAs('nurse')).model
    const before = play([{ type: 'ticked' }], model, NOW + STAFF_IDLE.afterMs - 1)
    expect(before.model.state).toBe('signed-in')
    const after = play([{ type: 'ticked' }], model, NOW + STAFF_IDLE.afterMs)
    expect(after).toEqual({
      model: {
        state: 'signed-out',
        username: '',
        notice: 'idle',
        fault: null,
        waitUntil: null,
        busy: false,
        now: NOW + STAFF_IDLE.afterMs,
      },
      effects: [{ type: 'sign-out', tellServer: true }],
    })
  })
  it('drops news that comes after signing out', () => {
    const out = play([{ type: 'sign-out-asked' }], signedInAs('nurse')).model
    expect(play([queueRead(itemOf(1)), packetRead(1, openedOf('high'))], out).model).toBe(out)
  })
})

describe('the queue', () => {
  it('opens what it does not know, and never for an administrator', () => {
    const nurse = play([queueRead(itemOf(1), itemOf(2))], signedInAs('nurse'))
    expect(nurse.effects).toMatchObject([{ type: 'open-packets', packetIds: [uuid(1), uuid(2)] }])
    expect(play([queueRead(itemOf(1))], nurse.model).effects).toEqual([])
    expect(play([queueRead(itemOf(1))], signedInAs('admin')).effects).toEqual([])
  })
  it('sorts by level, an unknown one right after emergencies, then by waiting', () => {
    const { model } = play(
      [
        queueRead(itemOf(1), itemOf(2), itemOf(3), itemOf(4), itemOf(5)),
        packetRead(1, openedOf('low')),
        packetRead(2, openedOf('high')),
        packetRead(3, openedOf('emergency')),
        packetRead(4, openedOf('high')),
      ],
      signedInAs('nurse'),
    )
    expect(queueRows(signed(model), 'queue').map((r) => r.item.packetId)).toEqual([3, 5, 4, 2, 1].map(uuid))
  })
  it('shows an escalated packet to doctors by the level of the last trusted review', () => {
    const review = {
      version: 1,
      packetId: uuid(1),
      packetHash: 'h',
      decision: 'escalate',
      level: 'high',
      reason: 'r',
      reviewerId: 'nurse',
      reviewerRole: 'nurse',
      claimedAt: '2026-11-22T09:00:00.000Z',
      decidedAt: '2026-11-22T09:10:00.000Z',
    } as const
    const opened = openedOf('low', {
      asOf: 'escalated',
      reviews: [{ trusted: true, review, signedBy: 'The nurse' }, { trusted: false }],
    })
    const { model } = play([queueRead(itemOf(1, { state: 'escalated' })), packetRead(1, opened)], signedInAs('doctor'))
    expect(queueRows(signed(model), 'queue')).toEqual([])
    expect(queueRows(signed(model), 'doctor').map((r) => r.level)).toEqual(['high'])
  })
  it('chimes for a new emergency only when sound is on', () => {
    const quiet = play([queueRead(itemOf(1)), packetRead(1, openedOf('emergency'))], signedInAs('nurse'))
    expect(quiet.effects).toEqual([])
    expect(signed(quiet.model).announcement?.kind).toBe('new-emergency')
    const loud = play(
      [{ type: 'sound-toggled' }, queueRead(itemOf(1)), packetRead(1, openedOf('emergency'))],
      signedInAs('nurse'),
    )
    expect(loud.effects).toEqual([{ type: 'chime' }])
  })
  it('polls fast without a live connection and slowly with one', () => {
    const model = play([queueRead(itemOf(1))], signedInAs('nurse')).model
    const kinds = (m: typeof model, ms: number) => play([{ type: 'ticked' }], m, NOW + ms).effects.map((e) => e.type)
    expect(kinds(model, 8000)).toEqual(['listen', 'read-queue', 'read-calls'])
    const live = play([{ type: 'connection-changed', connected: true }], model).model
    expect(kinds(live, 8000)).toEqual([])
    expect(kinds(live, 60_000)).toEqual(['read-queue', 'read-calls'])
  })
})

describe('deciding', () => {
  const mine = itemOf(1, { state: 'claimed', claimedBy: 'nurse', claimedAt: '2026-11-22T09:59:00.000Z' })
  const shown = play(
    [queueRead(mine), packetRead(1, openedOf('high')), { type: 'packet-chosen', packetId: uuid(1) }],
    signedInAs('nurse'),
  ).model

  it('signs nothing before the confirmation', () => {
    const draft: StaffEvent = { type: 'drafted', draft: { decision: 'accept', level: 'high', reason: '' } }
    expect(play([draft, { type: 'decision-confirmed' }], shown).effects).toEqual([])
    const asked = play([draft, { type: 'decision-asked' }], shown)
    expect(asked.effects).toEqual([])
    expect(signed(asked.model).packet?.confirming).toBe(true)
    expect(play([{ type: 'decision-confirmed' }], asked.model).effects).toMatchObject([
      { type: 'attest', review: { packetId: uuid(1), decision: 'accept', level: 'high', reviewerId: 'nurse' } },
    ])
  })
  it.each([
    ['change-level', 'low', ' ', 'reason-required'],
    ['change-level', 'high', 'because', 'level-not-changed'],
    ['escalate', 'high', '', 'reason-required'],
    ['return', 'high', '', 'reason-required'],
  ] as const)('refuses %s to %s with reason "%s"', (decision, level, reason, fault) => {
    const { model, effects } = play([{ type: 'drafted', draft: { decision, level, reason } }, { type: 'decision-asked' }], shown)
    expect(effects).toEqual([])
    expect(signed(model).packet).toMatchObject({ confirming: false, fault: { type: fault } })
  })
  it('says so when a colleague was first, and asks for the queue', () => {
    const pending = play([queueRead(itemOf(1))], shown).model
    const claiming = play([{ type: 'claim-asked' }], pending)
    expect(claiming.effects).toEqual([{ type: 'claim', packetId: uuid(1) }])
    const fault = { type: 'status', status: 409, code: 'already-claimed' } as const
    const refused = play([{ type: 'packet-refused', packetId: uuid(1), fault }], claiming.model)
    expect(signed(refused.model).packet).toMatchObject({ busy: null, fault })
    expect(refused.effects).toEqual([{ type: 'read-queue', include: 'all' }])
  })
  it('does not let a nurse claim what a doctor must take', () => {
    const escalated = play([queueRead(itemOf(1, { state: 'escalated' }))], shown).model
    const { model, effects } = play([{ type: 'claim-asked' }], escalated)
    expect(effects).toEqual([])
    expect(signed(model).packet?.fault).toEqual({ type: 'role-not-allowed', role: 'nurse' })
  })
})
