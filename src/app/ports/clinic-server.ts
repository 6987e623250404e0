import type { Result } from '#contracts/result.ts'
import type { DeviceItem, EnrolCodeResponse, EnrolRequest, EnrolResponse } from '#contracts/wire/enrolment.ts'
import type { ClinicInfo } from '#contracts/wire/keys.ts'
import type { AiInteraction, LedgerPage } from '#contracts/wire/ledger.ts'
import type {
  PacketDetail,
  QueueHint,
  QueueItem,
  QueueResponse,
  SignedReview,
  StaffCall,
  StaffCallItem,
} from '#contracts/wire/queue.ts'
import type { SealedPacket } from '#contracts/wire/sealed-packet.ts'
import type { KdfParams, LoginResponse, StaffDirectory } from '#contracts/wire/staff.ts'

/** Codes only: a message of a server or a library could carry anything. */
export type ServerError =
  | { type: 'offline' }
  | { type: 'timeout' }
  | { type: 'status'; status: number; code: string; retryAfterMs?: number }
  | { type: 'unexpected-answer' }

export type Answer<T> = Promise<Result<T, ServerError>>

/** What a kiosk asks of the clinic server. */
export interface KioskServer {
  clinic(): Answer<ClinicInfo>
  enrol(request: EnrolRequest): Answer<EnrolResponse>
  /** Answers the receipt (compact JWS), not yet checked. */
  putPacket(sealed: SealedPacket): Answer<string>
  call(call: StaffCall): Answer<StaffCallItem>
  interaction(record: AiInteraction): Answer<null>
}

/** What a staff page asks of the clinic server, as the person signed in. */
export interface StaffServer {
  kdf(username: string): Answer<KdfParams>
  login(username: string, authKey: string): Answer<LoginResponse>
  logout(): Answer<null>
  clinic(): Answer<ClinicInfo>
  directory(): Answer<StaffDirectory>
  queue(include: 'open' | 'all'): Answer<QueueResponse>
  packet(packetId: string): Answer<PacketDetail>
  claim(packetId: string): Answer<QueueItem>
  release(packetId: string): Answer<QueueItem>
  review(packetId: string, signed: SignedReview): Answer<QueueItem>
  calls(): Answer<readonly StaffCallItem[]>
  answerCall(callId: string): Answer<StaffCallItem>
  ledger(query: { after?: number; limit: number; order: 'asc' | 'desc' }): Answer<LedgerPage>
  devices(): Answer<readonly DeviceItem[]>
  revokeDevice(deviceId: string): Answer<DeviceItem>
  enrolCode(): Answer<EnrolCodeResponse>
  /** Hints without content; the page then asks the queue. Answers the function that stops listening. */
  listen(onHint: (hint: QueueHint) => void, onState: (connected: boolean) => void): () => void
}
