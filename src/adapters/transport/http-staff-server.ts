import type { ServerError, StaffServer } from '#app/ports/clinic-server.ts'
import { ok, type Result } from '#contracts/result.ts'
import { DeviceItem, DeviceList, EnrolCodeResponse } from '#contracts/wire/enrolment.ts'
import { ClinicInfo } from '#contracts/wire/keys.ts'
import { LedgerPage } from '#contracts/wire/ledger.ts'
import { PacketDetail, QueueHint, QueueItem, QueueResponse, StaffCallItem, StaffCalls } from '#contracts/wire/queue.ts'
import { KdfResponse, LoginResponse, StaffDirectory } from '#contracts/wire/staff.ts'
import { request } from './request.ts'

const pick = <T, U>(answer: Result<T, ServerError>, take: (value: T) => U): Result<U, ServerError> =>
  answer.ok ? ok(take(answer.value)) : answer

const listen: StaffServer['listen'] = (onHint, onState) => {
  // The browser reconnects by itself; each connection begins with a `hello`, after which the page asks the queue anew.
  const source = new EventSource('/api/events')
  source.addEventListener('open', () => onState(true))
  source.addEventListener('error', () => onState(false))
  source.addEventListener('hint', (event) => {
    const parsed = QueueHint.safeParse(JSON.parse(event.data))
    if (parsed.success) onHint(parsed.data)
  })
  return () => source.close()
}

/** The clinic server over HTTP, as the signed-in person sees it. */
export const httpStaffServer = (): StaffServer => ({
  kdf: async (username) =>
    pick(
      await request({ method: 'GET', path: `/api/staff/kdf?username=${encodeURIComponent(username)}`, answer: KdfResponse }),
      (v) => v.kdf,
    ),
  login: (username, authKey) =>
    request({ method: 'POST', path: '/api/staff/login', body: { username, authKey }, answer: LoginResponse }),
  logout: () => request({ method: 'POST', path: '/api/staff/logout', answer: null }),
  clinic: () => request({ method: 'GET', path: '/api/clinic', answer: ClinicInfo }),
  directory: () => request({ method: 'GET', path: '/api/staff/directory', answer: StaffDirectory }),
  queue: (include) => request({ method: 'GET', path: `/api/queue?include=${include}`, answer: QueueResponse }),
  packet: (id) => request({ method: 'GET', path: `/api/packets/${id}`, answer: PacketDetail }),
  claim: (id) => request({ method: 'POST', path: `/api/packets/${id}/claim`, answer: QueueItem }),
  release: (id) => request({ method: 'POST', path: `/api/packets/${id}/release`, answer: QueueItem }),
  review: (id, body) => request({ method: 'POST', path: `/api/packets/${id}/review`, body, answer: QueueItem }),
  calls: async () => pick(await request({ method: 'GET', path: '/api/calls', answer: StaffCalls }), (v) => v.calls),
  answerCall: (id) => request({ method: 'POST', path: `/api/calls/${id}/answer`, answer: StaffCallItem }),
  ledger: ({ after, limit, order }) =>
    request({
      method: 'GET',
      path: `/api/ledger?limit=${limit}&order=${order}${after === undefined ? '' : `&after=${after}`}`,
      answer: LedgerPage,
    }),
  devices: async () => pick(await request({ method: 'GET', path: '/api/devices', answer: DeviceList }), (v) => v.devices),
  revokeDevice: (id) => request({ method: 'POST', path: `/api/devices/${encodeURIComponent(id)}/revoke`, answer: DeviceItem }),
  enrolCode: () => request({ method: 'POST', path: '/api/devices/codes', answer: EnrolCodeResponse }),
  listen,
})
