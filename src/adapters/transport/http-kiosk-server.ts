import type { KioskServer } from '#app/ports/clinic-server.ts'
import { ok } from '#contracts/result.ts'
import { EnrolResponse } from '#contracts/wire/enrolment.ts'
import { ClinicInfo } from '#contracts/wire/keys.ts'
import { StaffCallItem } from '#contracts/wire/queue.ts'
import { ReceiptResponse } from '#contracts/wire/sealed-packet.ts'
import { request } from './request.ts'

/** The clinic server over HTTP, as a kiosk sees it. `now` stamps a packet so that the server can tell a wrong clock. */
export const httpKioskServer = (now: () => Date): KioskServer => ({
  clinic: () => request({ method: 'GET', path: '/api/clinic', answer: ClinicInfo }),
  enrol: (body) => request({ method: 'POST', path: '/api/devices/enrol', body, answer: EnrolResponse }),
  putPacket: async (sealed) => {
    const answered = await request({
      method: 'PUT',
      path: `/api/packets/${sealed.routing.packetId}`,
      body: sealed,
      headers: { 'anteroom-sent-at': now().toISOString() },
      answer: ReceiptResponse,
    })
    return answered.ok ? ok(answered.value.receipt) : answered
  },
  call: (body) => request({ method: 'POST', path: '/api/calls', body, answer: StaffCallItem }),
  interaction: (body) => request({ method: 'POST', path: '/api/ledger/interactions', body, answer: null }),
})
