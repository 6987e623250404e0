import { randomUUID, webcrypto } from 'node:crypto'
import { calculateJwkThumbprint, GeneralEncrypt, importJWK } from 'jose'
import type { EnrolRequest } from '#contracts/wire/enrolment.ts'
import type { ClinicInfo, PublicJwk } from '#contracts/wire/keys.ts'
import type { PacketRouting, SealedPacket } from '#contracts/wire/sealed-packet.ts'
import { canonicalJson } from '#server/crypto/canonical-json.ts'

const { subtle } = webcrypto

/** What a kiosk's browser does, written with WebCrypto and jose as the page writes it. */
export type Kiosk = {
  deviceKey: PublicJwk
  deviceId: string
  sign(text: string): Promise<string>
  enrolRequest(code: string, name?: string): Promise<EnrolRequest>
  seal(clinic: ClinicInfo, plaintext: string, routing?: Partial<PacketRouting>): Promise<SealedPacket>
  signed<T extends object>(body: T): Promise<T & { signature: string }>
}

export async function newKiosk(now: () => Date): Promise<Kiosk> {
  const pair = await subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify'])
  const { x = '', y = '' } = await subtle.exportKey('jwk', pair.publicKey)
  const kid = await calculateJwkThumbprint({ kty: 'EC', crv: 'P-256', x, y })
  let sequence = 0
  const sign = async (text: string) => {
    const bytes = await subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, pair.privateKey, Buffer.from(text))
    return Buffer.from(bytes).toString('base64url')
  }
  const kiosk: Kiosk = {
    deviceKey: { kty: 'EC', crv: 'P-256', x, y, kid },
    deviceId: '',
    sign,
    async enrolRequest(code, name = 'Waiting room') {
      return { code, name, deviceKey: kiosk.deviceKey, proof: await sign(`anteroom-enrol.${code}`) }
    },
    async seal(clinic, plaintext, overrides = {}) {
      sequence += 1
      const routing: PacketRouting = {
        version: 1,
        packetId: randomUUID(),
        clinicId: clinic.clinicId,
        deviceId: kiosk.deviceId,
        epoch: clinic.epoch.epoch,
        sequence,
        issuedAt: now().toISOString(),
        expiresAt: new Date(now().getTime() + 72 * 3_600_000).toISOString(),
        ...overrides,
      }
      const { kty, crv, x, y, kid } = clinic.epoch.encryptionKey
      const jwe = (await new GeneralEncrypt(Buffer.from(plaintext))
        .setProtectedHeader({ enc: 'A256GCM' })
        .setAdditionalAuthenticatedData(Buffer.from(canonicalJson(routing)))
        .addRecipient(await importJWK({ kty, crv, x, y, alg: 'ECDH-ES+A256KW' }))
        .setUnprotectedHeader({ alg: 'ECDH-ES+A256KW', kid })
        .encrypt()) as SealedPacket['jwe']
      return { routing, jwe, signature: await sign(canonicalJson({ routing, jwe })) }
    },
    async signed(body) {
      return { ...body, signature: await sign(canonicalJson(body)) }
    },
  }
  return kiosk
}
