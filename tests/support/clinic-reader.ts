import { expect as expectAtOnce } from '@playwright/test'
import { openPacket } from '#adapters/crypto/open-packet.ts'
import { stretchPassphrase, unwrapStaffKeys } from '#adapters/crypto/staff-keys.ts'
import type { Packet } from '#contracts/clinical/packet.ts'
import { EnrolCodeResponse } from '#contracts/wire/enrolment.ts'
import { LedgerPage } from '#contracts/wire/ledger.ts'
import { PacketDetail, type QueueItem, QueueResponse, type StaffCallItem, StaffCalls } from '#contracts/wire/queue.ts'
import { KdfResponse, LoginResponse } from '#contracts/wire/staff.ts'
import type { Account, Clinic } from './start-clinic.ts'

const expect = expectAtOnce.configure({ timeout: 20_000 })

/** A member of staff over plain HTTP, for looking at what arrived without a second browser. */
export type ClinicReader = {
  /** A fresh one-time code for a kiosk. */
  enrolCode(): Promise<string>
  queue(): Promise<QueueItem[]>
  /** Every packet on the server, opened with this person's keys, in order of arrival. */
  packets(): Promise<Packet[]>
  /** The one packet with this visit code, once it has arrived. */
  packet(code: string): Promise<Packet>
  calls(): Promise<StaffCallItem[]>
  ledger(): Promise<LedgerPage['entries']>
}

/** Signs in with the passphrase, as the staff page does. */
export const readClinic = async (clinic: Clinic, { username, passphrase }: Account): Promise<ClinicReader> => {
  let cookie = ''
  const ask = async (path: string, method: 'GET' | 'POST' = 'GET', body?: object): Promise<unknown> => {
    const answer = await fetch(`${clinic.url}${path}`, {
      method,
      headers: { ...(cookie ? { cookie } : {}), ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}`)
    cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? cookie
    return answer.json()
  }
  const { kdf } = KdfResponse.parse(await ask(`/api/staff/kdf?username=${username}`))
  const stretched = await stretchPassphrase(passphrase, kdf)
  if (!stretched.ok) throw new Error(stretched.error.type)
  const { authKey, wrapKey } = stretched.value
  const login = LoginResponse.parse(await ask('/api/staff/login', 'POST', { username, authKey }))
  const keys = await unwrapStaffKeys(wrapKey, login)
  if (!keys.ok) throw new Error(keys.error.type)

  const queue = async (): Promise<QueueItem[]> => QueueResponse.parse(await ask('/api/queue?include=all')).items
  const packets = async (wanted: (item: QueueItem) => boolean = () => true): Promise<Packet[]> => {
    const items = (await queue()).filter(wanted).sort((a, b) => a.receivedAt.localeCompare(b.receivedAt))
    const opened: Packet[] = []
    for (const { packetId } of items) {
      const { sealed } = PacketDetail.parse(await ask(`/api/packets/${packetId}`))
      const packet = await openPacket(sealed, keys.value)
      if (!packet.ok) throw new Error(packet.error.type)
      opened.push(packet.value.packet)
    }
    return opened
  }
  return {
    enrolCode: async () => EnrolCodeResponse.parse(await ask('/api/devices/codes', 'POST')).code,
    queue,
    packets: () => packets(),
    packet: async (code) => {
      const mine = (item: QueueItem): boolean => item.packetId.startsWith(code.toLowerCase())
      await expect.poll(async () => (await queue()).filter(mine).length, { timeout: 15_000 }).toBe(1)
      const [packet] = await packets(mine)
      if (!packet) throw new Error(`no packet ${code}`)
      return packet
    },
    calls: async () => StaffCalls.parse(await ask('/api/calls?include=all')).calls,
    ledger: async () => LedgerPage.parse(await ask('/api/ledger?limit=500')).entries,
  }
}
