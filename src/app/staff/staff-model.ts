import type { LocalizedText } from '#contracts/clinical/language.ts'
import type { Packet } from '#contracts/clinical/packet.ts'
import type { Review, ReviewDecision, StaffRole } from '#contracts/clinical/review.ts'
import type { TriageLevel } from '#contracts/clinical/triage-level.ts'
import type { DeviceItem, EnrolCodeResponse } from '#contracts/wire/enrolment.ts'
import type { ClinicInfo } from '#contracts/wire/keys.ts'
import type { LedgerEntry } from '#contracts/wire/ledger.ts'
import type { PacketState, QueueItem, StaffCallItem } from '#contracts/wire/queue.ts'
import type { StaffDirectory } from '#contracts/wire/staff.ts'
import type { ReviewError } from '#domain/review/review-flow.ts'
import type { ServerError } from '../ports/clinic-server.ts'
import type { VaultFault } from '../ports/staff-vault.ts'
import type { ChainState } from './ledger-chain.ts'

export type Person = { readonly id: string; readonly name: string; readonly role: StaffRole }
export type Screen = 'queue' | 'doctor' | 'packet' | 'ledger' | 'devices' | 'about'

/** A failure to show, from the server, the vault or the review rules. Codes only. */
export type Fault = ServerError | VaultFault | ReviewError | { type: 'keys-not-readable' } | { type: 'kdf-too-weak' }

export type CheckedReview = { trusted: true; review: Review; signedBy: string } | { trusted: false }

/** What this page knows of a packet's content. Only ever in memory. */
export type Opened =
  | { readonly state: 'opening' }
  | { readonly state: 'failed'; readonly fault: Fault }
  | {
      readonly state: 'open'
      readonly packet: Packet
      readonly hash: string
      readonly reviews: readonly CheckedReview[]
      /** State of the packet when its reviews were read. */
      readonly asOf: PacketState
    }

export type Draft = { readonly decision: ReviewDecision; readonly level: TriageLevel; readonly reason: string }

/** The packet on the screen and the decision being made over it. `record` is what was signed here. */
export type PacketView = {
  readonly packetId: string
  readonly from: 'queue' | 'doctor'
  readonly busy: 'claiming' | 'releasing' | 'signing' | null
  readonly draft: Draft | null
  readonly confirming: boolean
  readonly fault: Fault | null
  readonly record: { readonly review: Review } | null
}

export type LedgerView = {
  readonly entries: readonly LedgerEntry[]
  readonly next: number | null
  readonly chain: ChainState
  readonly loading: boolean
  readonly fault: Fault | null
}

export type DevicesView = {
  readonly devices: readonly DeviceItem[] | null
  readonly code: EnrolCodeResponse | null
  readonly busy: boolean
  readonly fault: Fault | null
}

/** Something to say aloud; a new `id` says it again. */
export type Announcement = {
  readonly id: number
  readonly kind: 'new-packet' | 'new-emergency' | 'new-call' | 'connection-lost' | 'connection-back'
  readonly count: number
}

export type SignedOut = {
  readonly state: 'signed-out'
  readonly username: string
  readonly notice: 'signed-out' | 'idle' | 'expired' | null
  readonly fault: Fault | null
  /** No try before this time (milliseconds). */
  readonly waitUntil: number | null
  readonly busy: boolean
  readonly now: number
}

export type SignedIn = {
  readonly state: 'signed-in'
  readonly person: Person
  readonly clinic: ClinicInfo
  readonly directory: StaffDirectory
  readonly labels: ReadonlyMap<string, LocalizedText>
  readonly screen: Screen
  readonly now: number
  /** Server time minus this device's, milliseconds. */
  readonly offset: number
  readonly lastActivity: number
  readonly connected: boolean
  readonly items: readonly QueueItem[]
  readonly includeClosed: boolean
  readonly loadedAt: number | null
  readonly triedAt: number
  readonly queueFault: Fault | null
  readonly opened: ReadonlyMap<string, Opened>
  readonly calls: readonly StaffCallItem[]
  readonly answering: ReadonlySet<string>
  readonly sound: boolean
  readonly packet: PacketView | null
  readonly ledger: LedgerView
  readonly devices: DevicesView
  readonly announcement: Announcement | null
}

export type StaffModel = SignedOut | SignedIn

export const signedOut = (over: Partial<SignedOut> & { now: number }): SignedOut => ({
  state: 'signed-out',
  username: '',
  notice: null,
  fault: null,
  waitUntil: null,
  busy: false,
  ...over,
})
