import type { Packet } from '#contracts/clinical/packet.ts'
import type { Review } from '#contracts/clinical/review.ts'
import type { Result } from '#contracts/result.ts'
import type { ClinicEpoch } from '#contracts/wire/keys.ts'
import type { SignedReview } from '#contracts/wire/queue.ts'
import type { SealedPacket } from '#contracts/wire/sealed-packet.ts'
import type { KdfParams, LoginResponse, StaffDirectory } from '#contracts/wire/staff.ts'

export type VaultFault = { type: 'locked' } | { type: 'no-epoch-key' } | { type: 'packet-damaged' } | { type: 'routing-altered' }

/** A passphrase after stretching: what proves identity, and the step that unlocks the vault with what the server answers. */
export type Proof = {
  authKey: string
  /** Unwraps the person's keys into the vault. Nothing of them is returned. */
  unlock(login: LoginResponse): Promise<Result<null, { type: 'keys-not-readable' }>>
}

/** Holds the signed-in person's keys in memory and works with them; no key ever leaves it. */
export interface StaffVault {
  prove(passphrase: string, kdf: KdfParams): Promise<Result<Proof, { type: 'kdf-too-weak' }>>
  /** `hash` names this exact packet. */
  open(sealed: SealedPacket): Promise<Result<{ packet: Packet; hash: string }, VaultFault>>
  sign(review: Review, epoch: ClinicEpoch): Promise<Result<SignedReview, { type: 'locked' }>>
  /** Opens a stored review and checks its reviewer's signature over it and over this packet. */
  check(
    signed: SignedReview,
    packetHash: string,
    epoch: number,
    directory: StaffDirectory,
  ): Promise<Result<{ review: Review; signedBy: string }, { type: 'locked' } | { type: 'review-not-trusted' }>>
  /** Drops every key. */
  forget(): void
}
