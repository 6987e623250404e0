import type { Result } from '#contracts/result.ts'
import type { SealedPacket } from '#contracts/wire/sealed-packet.ts'
import type { AlertReason, OutboxRow } from '#domain/outbox/outbox-flow.ts'

/** Where sealed packets wait. Rows are ciphertext and routing; nothing here can read them. */
export interface OutboxStore {
  add(sealed: SealedPacket, now: number): Promise<Result<null, { type: 'storage-full' } | { type: 'storage-failed' }>>
  rows(): Promise<readonly OutboxRow[]>
  sealed(packetId: string): Promise<SealedPacket | null>
  save(row: OutboxRow): Promise<void>
  delete(packetId: string): Promise<void>
  /** Rows past their time: removed, and named so that staff can be told. */
  sweep(now: number): Promise<readonly string[]>
}

/** What the page shows of the outbox. */
export type OutboxStatus = { waiting: number; dead: number; stopped: boolean; alert: AlertReason | null }

/** Sends sealed packets until each has a receipt. */
export interface Outbox {
  /** Durable before it answers; the device then sends it for as long as it takes. */
  enqueue(sealed: SealedPacket): Promise<Result<null, { type: 'storage-full' } | { type: 'storage-failed' }>>
  /** Resolves when the server's receipt for this packet was verified; never, if that does not happen on this page. */
  delivered(packetId: string): Promise<void>
  flush(): void
  retry(packetId: string): void
  /** The device was enrolled again. */
  authenticated(): void
  onStatus(listener: (status: OutboxStatus) => void): () => void
  stop(): void
}
