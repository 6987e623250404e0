import type { CitedPassage, Packet } from '#contracts/clinical/packet.ts'
import type { StaffText } from '../../../locales/staff-en.ts'
import type { Labels } from './packet-words.ts'

/** What the parts of the packet view draw from. */
export type PacketContext = {
  packet: Packet
  hash: string
  labels: Labels
  t: StaffText
  /** Now at the server, milliseconds. */
  now: number
  openPassage: (passage: CitedPassage) => void
  jumpTo: (id: string) => void
}

export const findingId = (index: number): string => `finding-${index}`
