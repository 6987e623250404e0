import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AttestationClaims, PacketState } from '#contracts/wire/queue.ts'
import { hashOf } from '#server/crypto/hashes.ts'
import { type OpenClinic, openClinic } from './support/open-clinic.ts'
import type { StaffMember } from './support/staff.ts'

let server: OpenClinic
const at = () => server.clock.now().toISOString()

async function answer(person: StaffMember, path: string, body?: object): Promise<[number, string]> {
  const { statusCode, json } = await person.post(`/api/packets/${path}`, body)
  const content = json()
  return [statusCode, content.code ?? content.state]
}
const review = async (person: StaffMember, packetId: string, decision: AttestationClaims['decision']) =>
  answer(person, `${packetId}/review`, await person.review(server.clinic, { packetId, decision }, { at: at() }))

/** A new packet brought to a state over the API alone. */
async function packetIn(state: PacketState): Promise<string> {
  const { nurse, doctor, kiosk, clinic } = server
  const sealed = await kiosk.seal(clinic, '{}')
  const { packetId } = sealed.routing
  await server.put(sealed)
  if (state !== 'pending') await answer(nurse, `${packetId}/claim`)
  if (state === 'attested') await review(nurse, packetId, 'accept')
  if (state === 'returned') await review(nurse, packetId, 'return')
  if (state === 'escalated' || state === 'doctor-claimed') await review(nurse, packetId, 'escalate')
  if (state === 'doctor-claimed') await answer(doctor, `${packetId}/claim`)
  const queue = await nurse.get('/api/queue?include=all')
  const items: { packetId: string; state: string }[] = queue.json().items
  expect(items.find((item) => item.packetId === packetId)?.state).toBe(state)
  return packetId
}

beforeAll(async () => {
  server = await openClinic()
}, 60_000)
afterAll(() => server.stop())

describe('transitions over the API', () => {
  it('lets only the table of states pass', async () => {
    const { nurse, doctor, admin } = server
    const rows: [PacketState, 'nurse' | 'doctor' | 'admin', string, number, string][] = [
      ['pending', 'nurse', 'release', 409, 'illegal-transition'],
      ['pending', 'nurse', 'accept', 409, 'illegal-transition'],
      ['pending', 'admin', 'claim', 403, 'role'],
      ['pending', 'doctor', 'claim', 200, 'claimed'],
      ['claimed', 'doctor', 'claim', 409, 'already-claimed'],
      ['claimed', 'nurse', 'claim', 200, 'claimed'],
      ['claimed', 'doctor', 'accept', 403, 'not-claim-holder'],
      ['claimed', 'doctor', 'release', 403, 'not-claim-holder'],
      ['claimed', 'admin', 'accept', 403, 'role'],
      ['claimed', 'admin', 'release', 200, 'pending'],
      ['claimed', 'nurse', 'release', 200, 'pending'],
      ['claimed', 'nurse', 'change-level', 200, 'attested'],
      ['escalated', 'nurse', 'claim', 403, 'role'],
      ['escalated', 'nurse', 'accept', 409, 'illegal-transition'],
      ['escalated', 'doctor', 'claim', 200, 'doctor-claimed'],
      ['doctor-claimed', 'doctor', 'escalate', 409, 'illegal-transition'],
      ['doctor-claimed', 'nurse', 'accept', 403, 'not-claim-holder'],
      ['doctor-claimed', 'doctor', 'release', 200, 'escalated'],
      ['doctor-claimed', 'doctor', 'accept', 200, 'attested'],
      ['doctor-claimed', 'doctor', 'return', 200, 'returned'],
      ...(['attested', 'returned'] as const).flatMap((closed): [PacketState, 'nurse', string, number, string][] => [
        [closed, 'nurse', 'claim', 409, 'illegal-transition'],
        [closed, 'nurse', 'release', 409, 'illegal-transition'],
        [closed, 'nurse', 'accept', 409, 'illegal-transition'],
      ]),
    ]
    for (const [state, role, act, status, result] of rows) {
      const packetId = await packetIn(state)
      const person = { nurse, doctor, admin }[role]
      const got =
        act === 'claim' || act === 'release'
          ? await answer(person, `${packetId}/${act}`)
          : await review(person, packetId, act as AttestationClaims['decision'])
      expect(got, `${state}: ${role} ${act}`).toEqual([status, result])
    }
  }, 60_000)

  it('gives a packet that two people claim or approve at once to one of them', async () => {
    const packetId = await packetIn('pending')
    const claims = await Promise.all([server.nurse, server.doctor].map((person) => answer(person, `${packetId}/claim`)))
    expect(claims.map(([status]) => status).sort()).toEqual([200, 409])
    const held = await packetIn('claimed')
    const both = await Promise.all([review(server.nurse, held, 'accept'), review(server.nurse, held, 'return')])
    expect(both.map(([status]) => status).sort()).toEqual([200, 409])
  })
})

describe('attestations', () => {
  it('takes only the holder’s own ES256 signature over this packet and this review', async () => {
    const { nurse, doctor, clinic } = server
    const packetId = await packetIn('claimed')
    const other = await packetIn('claimed')
    const good = await nurse.review(clinic, { packetId }, { at: at() })
    const forged = {
      'signed by another key': await nurse.review(clinic, { packetId }, { at: at(), key: doctor.ecdsa }),
      'other key id': await nurse.review(clinic, { packetId }, { at: at(), kid: String(doctor.ecdsa.kid) }),
      'alg none': await nurse.review(clinic, { packetId }, { at: at(), alg: 'none' }),
      'alg HS256 keyed with the public key': await nurse.review(clinic, { packetId }, { at: at(), alg: 'HS256' }),
      'no JWS at all': { ...good, attestation: 'a.b.c' },
    }
    for (const [name, body] of Object.entries(forged)) {
      expect(await answer(nurse, `${packetId}/review`, body), name).toEqual([422, 'attestation-invalid'])
    }
    const refused = async (body: object) => answer(nurse, `${packetId}/review`, body)
    expect(await refused(await nurse.review(clinic, { packetId: other }, { at: at() }))).toEqual([422, 'attestation-mismatch'])
    expect(await refused(await nurse.review(clinic, { packetId, reviewerId: doctor.id }, { at: at() }))).toEqual([
      422,
      'attestation-mismatch',
    ])
    const otherReview = await nurse.review(clinic, { packetId, decision: 'return' }, { at: at() })
    expect(await refused({ ...good, sealedReview: otherReview.sealedReview })).toEqual([422, 'aad-mismatch'])
    const wrongTime = await nurse.review(clinic, { packetId, decidedAt: '2026-11-22T03:00:00.000Z' }, { at: at() })
    expect(await refused(wrongTime)).toEqual([422, 'clock-skew'])
    expect(await refused(await nurse.review(clinic, { packetId, packetHash: 'short' }, { at: at() }))).toEqual([
      422,
      'attestation-invalid',
    ])
    expect(await refused(good)).toEqual([200, 'attested'])
    expect(await refused(good), 'sent again after a lost answer').toEqual([200, 'attested'])
  })

  it('refuses a doctor’s attestation over another packet hash than the nurse’s', async () => {
    const { doctor, clinic } = server
    const packetId = await packetIn('doctor-claimed')
    const body = await doctor.review(clinic, { packetId, packetHash: hashOf('another packet') }, { at: at() })
    expect(await answer(doctor, `${packetId}/review`, body)).toEqual([422, 'attestation-other-packet'])
  })
})

describe('raw SQL', () => {
  const run = async (text: string) => {
    try {
      await sql.raw(text).execute(server.opened.store.db)
      return 'done'
    } catch (error) {
      return (error as Error).message
    }
  }
  const set = (packetId: string, to: string) => run(`update packets set ${to} where packet_id = '${packetId}'`)

  it('refuses every transition that is not in the table, and every one without its review', async () => {
    const { nurse, doctor, admin } = server
    const states: PacketState[] = ['pending', 'claimed', 'escalated', 'doctor-claimed', 'attested', 'returned']
    for (const from of states) {
      const packetId = await packetIn(from)
      for (const to of states) {
        if (`${from}>${to}` === 'claimed>pending' || `${from}>${to}` === 'doctor-claimed>escalated') continue
        const isOpen = to === 'pending' || to === 'escalated'
        for (const person of [nurse, doctor, admin]) {
          const isLegalClaim =
            (from === 'pending' && to === 'claimed' && person !== admin) ||
            (from === 'escalated' && to === 'doctor-claimed' && person === doctor)
          if (isLegalClaim) continue
          const holder = isOpen ? 'claimed_by = null, claimed_at = null' : `claimed_by = '${person.id}', claimed_at = '${at()}'`
          const result = await set(packetId, `state = '${to}', ${holder}`)
          expect(['illegal-transition', 'review-missing', 'role'], `${from} > ${to}`).toContain(result)
        }
      }
    }
  }, 60_000)

  it('refuses reviews without the claim, by the wrong person, or after the fact', async () => {
    const { nurse, doctor, admin } = server
    const { clinicId } = server.clinic
    const hash = hashOf('x')
    const insert = (packetId: string, reviewer: string, decision: string, claimedAt = at(), attestation = 'a.b.c') =>
      run(`insert into reviews values ('${clinicId}', '${packetId}', '${claimedAt}', '${reviewer}', '${decision}',
        '${hash}', '${hash}', '${attestation}', '{}', '${at()}')`)
    expect(await insert(await packetIn('pending'), nurse.id, 'accept')).toBe('illegal-transition')
    const claimed = await packetIn('claimed')
    expect(await insert(claimed, doctor.id, 'accept')).toBe('not-claim-holder')
    expect(await insert(claimed, admin.id, 'accept')).toBe('not-claim-holder')
    expect(await insert(claimed, nurse.id, 'accept', '2026-11-22T01:00:00.000Z')).toBe('not-claim-holder')
    expect(await insert(claimed, nurse.id, 'accept', at(), '')).toContain('check constraint')
    expect(await insert(claimed, nurse.id, 'ignore')).toContain('check constraint')
    expect(await insert(await packetIn('doctor-claimed'), doctor.id, 'escalate')).toBe('illegal-transition')
    await run(`update staff set active = false where staff_id = '${nurse.id}'`)
    expect(await insert(claimed, nurse.id, 'accept')).toBe('role')
    expect((await nurse.get('/api/queue')).statusCode).toBe(401)
    await run(`update staff set active = true where staff_id = '${nurse.id}'`)
    expect(await insert(claimed, nurse.id, 'return')).toBe('done')
    expect(await set(claimed, `state = 'attested'`)).toBe('review-missing')
    expect(await set(claimed, `state = 'returned'`)).toBe('done')
  })

  it('never changes or loses the ledger, reviews, packets, devices and calls', async () => {
    const packetId = await packetIn('attested')
    expect(await run('update ledger set actor = actor')).toBe('ledger-append-only')
    expect(await run('delete from ledger where seq = 1')).toBe('ledger-append-only')
    expect(await run('truncate ledger')).toBe('ledger-append-only')
    expect(await run('update reviews set decision = decision')).toBe('reviews-append-only')
    expect(await run('delete from reviews')).toBe('reviews-append-only')
    expect(await run(`delete from packets where packet_id = '${packetId}'`)).toBe('packets-append-only')
    expect(await set(packetId, `body = '{}'`)).toBe('packet-immutable')
    expect(await run('delete from devices')).toBe('devices-append-only')
    expect(await run(`update devices set device_key = '{}'`)).toBe('device-immutable')
    expect(
      await run(
        `insert into ledger select clinic_id, seq + 5, at, kind, actor, packet_id, detail, prev, hash from ledger limit 1`,
      ),
    ).toBe('ledger-out-of-order')
  })
})
