import { randomUUID } from 'node:crypto'
import { makeSigningKeys, publicJwkOf, signText } from '#adapters/crypto/keys.ts'
import { sealPacket } from '#adapters/crypto/seal-packet.ts'
import type { Packet } from '#contracts/clinical/packet.ts'
import { EnrolResponse } from '#contracts/wire/enrolment.ts'
import type { StaffCall } from '#contracts/wire/queue.ts'
import type { PacketRouting } from '#contracts/wire/sealed-packet.ts'
import { canonicalJson } from '#domain/shared/canonical-json.ts'

/** A kiosk without a browser: enrolled, sealing and signing with the page's own adapters. */
export type SeededKiosk = {
  readonly deviceId: string
  /** Puts the packet under this clinic and device with a new id; answers the id. */
  put(packet: Packet): Promise<string>
  /** Calls staff; answers the call's id. */
  call(urgency: 'help' | 'emergency'): Promise<string>
}

const send = async (url: string, method: 'POST' | 'PUT', body: object): Promise<unknown> => {
  const answer = await fetch(url, { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
  if (!answer.ok) throw new Error(`${method} ${url} answered ${answer.status}`)
  return answer.json()
}

/** Enrols with a one-time code and answers the kiosk. */
export const seedKiosk = async (url: string, code: string, name = 'Waiting room'): Promise<SeededKiosk> => {
  const keys = await makeSigningKeys()
  const deviceKey = await publicJwkOf(keys.publicKey, 'sig')
  const proof = await signText(keys.privateKey, `anteroom-enrol.${code}`)
  const { deviceId, clinic } = EnrolResponse.parse(
    await send(`${url}/api/devices/enrol`, 'POST', { code, name, deviceKey, proof }),
  )
  let sequence = 0
  return {
    deviceId,
    put: async (packet) => {
      sequence += 1
      const id = randomUUID()
      const now = Date.now()
      const routing: PacketRouting = {
        version: 1,
        packetId: id,
        clinicId: clinic.clinicId,
        deviceId,
        epoch: clinic.epoch.epoch,
        sequence,
        issuedAt: new Date(now).toISOString(),
        expiresAt: new Date(now + 3_600_000).toISOString(),
      }
      const own = { ...packet, id, clinicId: clinic.clinicId, deviceId, createdAt: routing.issuedAt }
      await send(`${url}/api/packets/${id}`, 'PUT', await sealPacket(own, routing, clinic.epoch, keys.privateKey))
      return id
    },
    call: async (urgency) => {
      const call = { callId: randomUUID(), deviceId, urgency, issuedAt: new Date().toISOString() }
      const signed: StaffCall = { ...call, signature: await signText(keys.privateKey, canonicalJson(call)) }
      await send(`${url}/api/calls`, 'POST', signed)
      return call.callId
    },
  }
}
