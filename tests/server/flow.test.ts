import { randomUUID } from 'node:crypto'
import { compactVerify, importJWK } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ClinicInfo } from '#contracts/wire/keys.ts'
import { LedgerPage } from '#contracts/wire/ledger.ts'
import { PacketDetail, QueueResponse } from '#contracts/wire/queue.ts'
import { ReceiptClaims, type SealedPacket } from '#contracts/wire/sealed-packet.ts'
import { hashOf } from '#server/crypto/hashes.ts'
import { checkChain } from '#server/crypto/ledger-chain.ts'
import { type Kiosk, newKiosk } from './support/kiosk.ts'
import { type OpenClinic, openClinic } from './support/open-clinic.ts'
import type { StaffMember } from './support/staff.ts'
import type { TestClock } from './support/test-server.ts'

const WORDS = 'my chest feels tight'
let server: OpenClinic
let clinic: ClinicInfo
let clock: TestClock
let kiosk: Kiosk
let nurse: StaffMember
let admin: StaffMember
let put: OpenClinic['put']

const ledger = async (query = '') => LedgerPage.parse((await nurse.get(`/api/ledger?limit=500${query}`)).json())

beforeAll(async () => {
  server = await openClinic()
  ;({ clinic, clock, kiosk, nurse, admin, put } = server)
}, 60_000)
afterAll(() => server.stop())

describe('the way of a packet', () => {
  it('goes from enrolment over queue, claim and signed review to attested, and the ledger tells it', async () => {
    const sealed = await kiosk.seal(clinic, `{"words":"${WORDS}"}`)
    const { packetId } = sealed.routing
    const received = await put(sealed)
    expect(received.statusCode).toBe(200)
    const { payload, protectedHeader } = await compactVerify(
      received.json().receipt,
      await importJWK({ ...clinic.receiptKey, alg: 'ES256' } as never),
    )
    expect(protectedHeader).toEqual({ alg: 'ES256', kid: clinic.receiptKey.kid, typ: 'anteroom-receipt' })
    const receipt = ReceiptClaims.parse(JSON.parse(Buffer.from(payload).toString()))
    expect(receipt).toMatchObject({ packetId, deviceId: kiosk.deviceId, sealedHash: hashOf(sealed) })

    const queue = QueueResponse.parse((await nurse.get('/api/queue')).json())
    expect(queue.items).toMatchObject([{ packetId, state: 'pending', claimedBy: null, sequenceGap: false }])
    expect((await nurse.post(`/api/packets/${packetId}/claim`)).json()).toMatchObject({ state: 'claimed', claimedBy: nurse.id })
    const detail = PacketDetail.parse((await nurse.get(`/api/packets/${packetId}`)).json())
    expect(detail.sealed).toEqual(sealed)
    expect(await nurse.open(detail.sealed)).toContain(WORDS)

    const review = await nurse.review(clinic, { packetId }, { at: clock.now().toISOString() })
    const reviewed = await nurse.post(`/api/packets/${packetId}/review`, review)
    expect(reviewed.json()).toMatchObject({ packetId, state: 'attested', claimedBy: nurse.id })
    expect(PacketDetail.parse((await nurse.get(`/api/packets/${packetId}`)).json()).reviews).toEqual([review])
    expect(QueueResponse.parse((await nurse.get('/api/queue')).json()).items).toEqual([])
    expect(QueueResponse.parse((await nurse.get('/api/queue?include=all')).json()).items).toHaveLength(1)

    const page = await ledger()
    expect(page.entries.filter((entry) => entry.packetId === packetId).map((entry) => entry.kind)).toEqual([
      'packet-received',
      'packet-claimed',
      'packet-opened',
      'packet-reviewed',
      'packet-opened',
    ])
    expect(checkChain(page.entries).ok).toBe(true)
    expect(page.entries.at(-1)?.hash).toBe(page.headHash)
  })

  it('answers the same receipt a hundred times at once and keeps one row', async () => {
    const sealed = await kiosk.seal(clinic, '{}')
    const answers = await Promise.all(Array.from({ length: 100 }, () => put(sealed)))
    expect(new Set(answers.map((answer) => answer.statusCode))).toEqual(new Set([200]))
    expect(new Set(answers.map((answer) => answer.json().receipt)).size).toBe(1)
    const page = await ledger(`&packetId=${sealed.routing.packetId}`)
    expect(page.entries.map((entry) => entry.kind)).toEqual(['packet-received'])
  })

  it('refuses another ciphertext under a known id and records the conflict', async () => {
    const first = await kiosk.seal(clinic, '{"a":1}')
    const second = await kiosk.seal(clinic, '{"a":2}', { packetId: first.routing.packetId })
    expect((await put(first)).statusCode).toBe(200)
    const answer = await put(second)
    expect([answer.statusCode, answer.json().code]).toEqual([409, 'packet-conflict'])
    const page = await ledger(`&packetId=${first.routing.packetId}`)
    expect(page.entries.map((entry) => entry.kind)).toEqual(['packet-received', 'packet-conflict'])
  })

  it('flags a gap in the sequence and takes the packet', async () => {
    const sealed = await kiosk.seal(clinic, '{}', { sequence: 40 })
    expect((await put(sealed)).statusCode).toBe(200)
    const queue = QueueResponse.parse((await nurse.get('/api/queue')).json())
    expect(queue.items.find((item) => item.packetId === sealed.routing.packetId)?.sequenceGap).toBe(true)
  })
})

describe('refused packets', () => {
  const code = async (sealed: SealedPacket, headers?: Record<string, string>, id?: string) => {
    const answer = await put(sealed, headers, id)
    return [answer.statusCode, answer.json().code]
  }
  const later = (minutes: number) => new Date(clock.now().getTime() + minutes * 60_000).toISOString()

  it('checks device, signature, routing and additional data', async () => {
    const sealed = await kiosk.seal(clinic, '{}')
    expect(await code(sealed, {}, randomUUID())).toEqual([422, 'routing-mismatch'])
    expect(await code({ ...sealed, signature: await kiosk.sign('other') })).toEqual([401, 'bad-signature'])
    expect(await code({ ...sealed, routing: { ...sealed.routing, sequence: 9 } })).toEqual([401, 'bad-signature'])
    const stranger = await newKiosk(clock.now)
    stranger.deviceId = 'device-nobody'
    expect(await code(await stranger.seal(clinic, '{}'))).toEqual([401, 'unknown-device'])
    expect(await code(await kiosk.seal({ ...clinic, clinicId: 'clinic-other' }, '{}'))).toEqual([422, 'wrong-clinic'])
    const routing = { ...sealed.routing, sequence: 77 }
    const { jwe } = sealed
    const { signature } = await kiosk.signed({ routing, jwe })
    expect(await code({ routing, jwe, signature })).toEqual([422, 'aad-mismatch'])
    expect(await code(await kiosk.seal(clinic, '{}', { epoch: 7 }))).toEqual([422, 'unknown-epoch'])
    expect(await code({ ...sealed, extra: 1 } as never)).toEqual([422, 'invalid-request'])
  })

  it('refuses a clock 11 minutes off, takes 9, and takes a packet that waited offline', async () => {
    expect(await code(await kiosk.seal(clinic, '{}', { issuedAt: later(11) }))).toEqual([422, 'clock-skew'])
    const sentAt = (minutes: number) => ({ 'anteroom-sent-at': later(minutes) })
    for (const minutes of [11, -11])
      expect(await code(await kiosk.seal(clinic, '{}'), sentAt(minutes))).toEqual([422, 'clock-skew'])
    for (const minutes of [9, -9]) {
      const sealed = await kiosk.seal(clinic, '{}', { issuedAt: later(minutes) })
      expect((await put(sealed, sentAt(minutes))).statusCode).toBe(200)
    }
    expect((await put(await kiosk.seal(clinic, '{}', { issuedAt: later(-300) }), sentAt(0))).statusCode).toBe(200)
    expect(await code(await kiosk.seal(clinic, '{}', { expiresAt: later(-1) }))).toEqual([422, 'packet-expired'])
  })

  it('refuses more than 512 KiB and malformed JSON', async () => {
    const large = await kiosk.seal(clinic, 'x'.repeat(420_000))
    expect(await code(large)).toEqual([413, 'too-large'])
    const url = `/api/packets/${randomUUID()}`
    const answer = await server.app.inject({
      method: 'PUT',
      url,
      payload: '{"a":',
      headers: { 'content-type': 'application/json' },
    })
    expect([answer.statusCode, answer.json().code]).toEqual([400, 'malformed-request'])
  })

  it('refuses a revoked device and records its try', async () => {
    const lost = await server.enrol()
    expect((await nurse.post(`/api/devices/${lost.deviceId}/revoke`)).statusCode).toBe(403)
    expect((await admin.post(`/api/devices/${lost.deviceId}/revoke`)).json()).toMatchObject({
      revokedAt: clock.now().toISOString(),
    })
    const sealed = await lost.seal(clinic, '{}')
    expect(await code(sealed)).toEqual([403, 'device-revoked'])
    const page = await ledger(`&packetId=${sealed.routing.packetId}`)
    expect(page.entries).toMatchObject([
      { kind: 'packet-refused', detail: { deviceId: lost.deviceId, reason: 'device-revoked' } },
    ])
    const call = await lost.signed({ callId: randomUUID(), deviceId: lost.deviceId, urgency: 'help', issuedAt: later(0) })
    expect((await server.app.inject({ method: 'POST', url: '/api/calls', payload: call })).statusCode).toBe(403)
  })
})

describe('calls and interactions', () => {
  it('takes a call once, shows it to staff and keeps who answered first', async () => {
    const issuedAt = '2020-01-01T00:00:00.000Z'
    const call = await kiosk.signed({ callId: randomUUID(), deviceId: kiosk.deviceId, urgency: 'emergency', issuedAt })
    const send = () => server.app.inject({ method: 'POST', url: '/api/calls', payload: call })
    expect((await send()).json()).toMatchObject({ deviceName: 'Waiting room', urgency: 'emergency', answeredBy: null })
    expect((await send()).statusCode).toBe(200)
    expect((await nurse.get('/api/calls')).json().calls).toHaveLength(1)
    expect((await nurse.post(`/api/calls/${call.callId}/answer`)).json().answeredBy).toBe(nurse.id)
    expect((await admin.post(`/api/calls/${call.callId}/answer`)).json().answeredBy).toBe(nurse.id)
    expect((await nurse.get('/api/calls')).json().calls).toEqual([])
  })

  it('records an interaction once, tokens only', async () => {
    const interaction = {
      packetId: randomUUID(),
      deviceId: kiosk.deviceId,
      modelId: 'anteroom-v0',
      modelHash: hashOf('model'),
      promptId: 'assess/1',
      indexId: null,
      engine: 'transformers',
      backend: 'wasm',
      outcome: 'assessment' as const,
      reason: null,
      attempts: 1,
      issuedAt: clock.now().toISOString(),
    }
    const send = async (body: object) =>
      server.app.inject({ method: 'POST', url: '/api/ledger/interactions', payload: await kiosk.signed(body) })
    expect((await send(interaction)).statusCode).toBe(204)
    expect((await send(interaction)).statusCode).toBe(204)
    expect((await send({ ...interaction, reason: 'chest pain since noon' })).json().code).toBe('not-a-token')
    const page = await ledger(`&packetId=${interaction.packetId}`)
    expect(page.entries).toMatchObject([{ kind: 'ai-interaction', detail: { modelId: 'anteroom-v0', attempts: 1 } }])
  })
})
