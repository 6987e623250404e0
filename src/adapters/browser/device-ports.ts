import type { KioskServer } from '#app/ports/clinic-server.ts'
import type { Clock, Ids } from '#app/ports/clock.ts'
import type { InteractionLog, PacketSealer } from '#app/ports/packet-sealer.ts'
import type { StaffAlert } from '#app/ports/staff-alert.ts'
import type { Packet } from '#contracts/clinical/packet.ts'
import { err, ok } from '#contracts/result.ts'
import type { AiInteraction } from '#contracts/wire/ledger.ts'
import type { StaffCall } from '#contracts/wire/queue.ts'
import type { PacketRouting } from '#contracts/wire/sealed-packet.ts'
import { KEEP_MS } from '#domain/retention/expiry.ts'
import { canonicalJson } from '#domain/shared/canonical-json.ts'
import { signText } from '../crypto/keys.ts'
import { sealPacket } from '../crypto/seal-packet.ts'
import type { DeviceDatabase, DeviceRow } from '../storage/device-database.ts'
import { nextSequence } from './device-identity.ts'

type Deps = { db: DeviceDatabase; device: DeviceRow; server: KioskServer; clock: Clock; ids: Ids }

const iso = (ms: number): string => new Date(ms).toISOString()

/** Seals to the epoch key pinned at enrolment and signs with this device's key. */
export const devicePacketSealer = ({ db, device, clock }: Deps): PacketSealer => ({
  seal: async (packet) => {
    try {
      const now = clock.now()
      const routing: PacketRouting = {
        version: 1,
        packetId: packet.id,
        clinicId: device.clinic.clinicId,
        deviceId: device.deviceId,
        epoch: device.clinic.epoch.epoch,
        sequence: await nextSequence(db),
        issuedAt: iso(now),
        expiresAt: iso(now + KEEP_MS.outbox),
      }
      return ok(await sealPacket(packet, routing, device.clinic.epoch, device.keys.privateKey))
    } catch {
      return err({ type: 'seal-failed' })
    }
  },
})

/** Calls staff to this device: signed by it, without anything clinical. */
export const deviceStaffAlert = ({ device, server, clock, ids }: Deps): StaffAlert => ({
  call: async (urgency) => {
    const call: Omit<StaffCall, 'signature'> = {
      callId: ids.uuid(),
      deviceId: device.deviceId,
      urgency,
      issuedAt: iso(clock.now()),
    }
    const answered = await server.call({ ...call, signature: await signText(device.keys.privateKey, canonicalJson(call)) })
    return answered.ok ? ok(null) : answered
  },
})

/** The ledger takes short tokens only. */
const token = (value: string | null): string | null => value?.replace(/[^A-Za-z0-9._:@/+=-]/g, '-').slice(0, 200) ?? null

/** Tells the ledger which model, prompt and index took part in a packet, and how it ended. */
export const deviceInteractionLog = ({ device, server, clock }: Deps): InteractionLog => ({
  record: async ({ id, outcome, provenance: p }: Pick<Packet, 'id' | 'outcome' | 'provenance'>) => {
    const record: Omit<AiInteraction, 'signature'> = {
      packetId: id,
      deviceId: device.deviceId,
      modelId: token(p.modelId),
      modelHash: token(p.modelHash),
      promptId: token(p.promptId),
      indexId: token(p.indexId),
      engine: p.engine,
      backend: p.backend,
      outcome: outcome.kind,
      reason: outcome.kind === 'hand-off' ? outcome.reason : null,
      attempts: outcome.attempts,
      issuedAt: iso(clock.now()),
    }
    await server.interaction({ ...record, signature: await signText(device.keys.privateKey, canonicalJson(record)) })
  },
})
