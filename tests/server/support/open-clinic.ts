import type { LightMyRequestResponse } from 'fastify'
import type { StaffRole } from '#contracts/clinical/review.ts'
import { ClinicInfo } from '#contracts/wire/keys.ts'
import type { SealedPacket } from '#contracts/wire/sealed-packet.ts'
import { type Kiosk, newKiosk } from './kiosk.ts'
import { type StaffMember, signIn } from './staff.ts'
import { startTestServer, type TestClock, type TestServer, testClock } from './test-server.ts'

/** A running clinic with staff signed in and one kiosk enrolled. */
export type OpenClinic = TestServer & {
  clock: TestClock
  clinic: ClinicInfo
  kiosk: Kiosk
  nurse: StaffMember
  doctor: StaffMember
  admin: StaffMember
  enrol(): Promise<Kiosk>
  put(sealed: SealedPacket, headers?: Record<string, string>, id?: string): Promise<LightMyRequestResponse>
}

let address = 0

export async function openClinic(options: Parameters<typeof startTestServer>[0] = {}): Promise<OpenClinic> {
  const clock = testClock()
  const server = await startTestServer({ now: clock.now, ...options })
  const { app, opened } = server
  const clinic = ClinicInfo.parse((await app.inject({ url: '/api/clinic' })).json())
  const signInAs = (role: StaffRole) => {
    const person = opened.credentials.find((credential) => credential.role === role)
    return signIn(app, person?.username ?? '', person?.passphrase ?? '')
  }
  const nurse = await signInAs('nurse')
  const enrol = async () => {
    const device = await newKiosk(clock.now)
    const { code } = (await nurse.post('/api/devices/codes')).json()
    const payload = await device.enrolRequest(code)
    address += 1
    const answer = await app.inject({ method: 'POST', url: '/api/devices/enrol', payload, remoteAddress: `10.9.0.${address}` })
    if (answer.statusCode !== 200) throw new Error(`enrolment answered ${answer.statusCode}`)
    device.deviceId = answer.json().deviceId
    return device
  }
  return {
    ...server,
    clock,
    clinic,
    nurse,
    doctor: await signInAs('doctor'),
    admin: await signInAs('admin'),
    kiosk: await enrol(),
    enrol,
    put: (sealed, headers = {}, id = sealed.routing.packetId) =>
      app.inject({ method: 'PUT', url: `/api/packets/${id}`, payload: sealed, headers }),
  }
}
