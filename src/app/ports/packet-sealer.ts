import type { Packet } from '#contracts/clinical/packet.ts'
import type { Result } from '#contracts/result.ts'
import type { SealedPacket } from '#contracts/wire/sealed-packet.ts'

/** Seals a packet to the clinic's key. Afterwards this device cannot read it any more. */
export interface PacketSealer {
  seal(packet: Packet): Promise<Result<SealedPacket, { type: string }>>
}

/** Tells the ledger about one AI interaction: ids, versions and counts. Best effort; never rejects. */
export interface InteractionLog {
  record(packet: Pick<Packet, 'id' | 'outcome' | 'provenance'>): Promise<void>
}
