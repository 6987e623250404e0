import type { LocalizedText } from '#contracts/clinical/language.ts'
import type { Review } from '#contracts/clinical/review.ts'
import type { DeviceItem, EnrolCodeResponse } from '#contracts/wire/enrolment.ts'
import type { ClinicInfo } from '#contracts/wire/keys.ts'
import type { LedgerPage } from '#contracts/wire/ledger.ts'
import type { QueueHint, QueueItem, QueueResponse, StaffCallItem } from '#contracts/wire/queue.ts'
import type { StaffDirectory } from '#contracts/wire/staff.ts'
import type { ChainState } from './ledger-chain.ts'
import type { Draft, Fault, Opened, Person, Screen } from './staff-model.ts'

/** What a person does. */
export type StaffAction =
  | { type: 'sign-in-asked'; username: string; passphrase: string }
  | { type: 'sign-out-asked' }
  | { type: 'touched' }
  | { type: 'navigated'; screen: Exclude<Screen, 'packet'> }
  | { type: 'packet-chosen'; packetId: string }
  | { type: 'closed-toggled' }
  | { type: 'sound-toggled' }
  | { type: 'refresh-asked' }
  | { type: 'call-answer-asked'; callId: string }
  | { type: 'claim-asked' }
  | { type: 'release-asked' }
  | { type: 'drafted'; draft: Draft }
  | { type: 'decision-asked' }
  | { type: 'decision-withdrawn' }
  | { type: 'decision-confirmed' }
  | { type: 'ledger-more-asked' }
  | { type: 'code-asked' }
  | { type: 'code-hidden' }
  | { type: 'revoke-confirmed'; deviceId: string }

/** What happened elsewhere. */
export type StaffNews =
  | { type: 'ticked' }
  | { type: 'sign-in-failed'; fault: Fault }
  | { type: 'signed-in'; person: Person; clinic: ClinicInfo; directory: StaffDirectory }
  | { type: 'labels-read'; labels: ReadonlyMap<string, LocalizedText> }
  | { type: 'connection-changed'; connected: boolean }
  | { type: 'hinted'; hint: QueueHint }
  | { type: 'queue-read'; queue: QueueResponse }
  | { type: 'queue-failed'; fault: Fault }
  | { type: 'packet-read'; packetId: string; opened: Opened }
  | { type: 'calls-read'; calls: readonly StaffCallItem[] }
  | { type: 'call-answered'; call: StaffCallItem }
  | { type: 'call-failed'; callId: string; fault: Fault }
  /** Where a packet stands, as read along with its content. */
  | { type: 'item-read'; item: QueueItem }
  /** This person moved it: claimed or released. */
  | { type: 'item-changed'; item: QueueItem }
  | { type: 'packet-refused'; packetId: string; fault: Fault }
  | { type: 'review-stored'; item: QueueItem; review: Review }
  | { type: 'ledger-read'; page: LedgerPage; chain: ChainState; first: boolean }
  | { type: 'ledger-failed'; fault: Fault }
  | { type: 'devices-read'; devices: readonly DeviceItem[] }
  | { type: 'device-changed'; device: DeviceItem }
  | { type: 'code-made'; code: EnrolCodeResponse }
  | { type: 'devices-failed'; fault: Fault }
  /** The server no longer knows the session. */
  | { type: 'session-lost' }

export type StaffEvent = StaffAction | StaffNews

export type StaffEffect =
  | { type: 'sign-in'; username: string; passphrase: string }
  /** Forgets keys and everything opened, stops listening; tells the server unless it already knows. */
  | { type: 'sign-out'; tellServer: boolean }
  | { type: 'read-labels' }
  | { type: 'listen' }
  | { type: 'read-queue'; include: 'open' | 'all' }
  | { type: 'read-calls' }
  | { type: 'open-packets'; packetIds: readonly string[]; directory: StaffDirectory }
  | { type: 'answer-call'; callId: string }
  | { type: 'claim'; packetId: string }
  | { type: 'release'; packetId: string }
  | { type: 'attest'; review: Review; clinic: ClinicInfo }
  | { type: 'read-ledger'; after: number | null; chain: ChainState }
  | { type: 'read-devices' }
  | { type: 'make-code' }
  | { type: 'revoke-device'; deviceId: string }
  | { type: 'chime' }

export type Step<M> = { model: M; effects: readonly StaffEffect[] }
export const still = <M>(model: M): Step<M> => ({ model, effects: [] })
