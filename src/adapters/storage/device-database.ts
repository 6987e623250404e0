import { Dexie, type EntityTable } from 'dexie'
import type { ClinicInfo } from '#contracts/wire/keys.ts'
import type { SealedPacket } from '#contracts/wire/sealed-packet.ts'

/** Who this device is. The private key is an opaque, non-extractable CryptoKey. */
export type DeviceRow = {
  id: 'device'
  deviceId: string
  name: string
  keys: CryptoKeyPair
  kid: string
  clinic: ClinicInfo
  sequence: number
}

/** One sealed packet: ciphertext and routing only. `sealed` is kept as the very JSON that was signed. */
export type OutboxRecord = {
  packetId: string
  sealed: SealedPacket
  storedAt: number
  expiresAt: number
  attempts: number
  notBefore: number
  dead: 'conflict' | 'refused' | null
}

export type DeviceDatabase = Dexie & { device: EntityTable<DeviceRow, 'id'>; outbox: EntityTable<OutboxRecord, 'packetId'> }

/** `anteroom-device`: what outlives a patient. Nothing in it can be read here; see docs/storage.md. */
export const openDeviceDatabase = (name = 'anteroom-device'): DeviceDatabase => {
  const db = new Dexie(name, { chromeTransactionDurability: 'strict' }) as DeviceDatabase
  db.version(1).stores({ device: 'id', outbox: 'packetId, storedAt' })
  return db
}
