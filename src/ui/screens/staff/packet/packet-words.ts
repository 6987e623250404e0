import type { LocalizedText } from '#contracts/clinical/language.ts'
import type { Packet } from '#contracts/clinical/packet.ts'
import type { StaffText } from '../../../locales/staff-en.ts'

export type Labels = ReadonlyMap<string, LocalizedText>

/** Name of a finding code or protocol; without the content bundle the code itself, which is words. */
export const labelOf = (code: string, labels: Labels, t: StaffText): string =>
  labels.get(code)?.[t.code] ?? code.replace(/^protocol:/, '').replaceAll('-', ' ')

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** What the visit is about: the confirmed complaints by name. */
export const titleLine = (packet: Packet, labels: Labels, t: StaffText): string =>
  capital(
    packet.complaints.map((c) => labelOf(`protocol:${c.protocolId}`, labels, t)).join(' · ') || t.packet.floor.kinds.default,
  )

/** "Female, 34 years · Someone else reports (parent)" */
export const personLine = ({ profile }: Packet, t: StaffText): string => {
  const age = profile.age ? t.packet.age(profile.age.value, profile.age.unit) : t.packet.ageUnknown
  const who = `${t.packet.sexes[profile.sex]}, ${age}`
  if (profile.reporter === 'patient') return who
  const relation = profile.relation ? ` (${t.packet.relations[profile.relation]})` : ''
  return `${who} · ${t.packet.reporters.caregiver}${relation}`
}

/** A stretch of the patient's words and the findings (by position) that rest on it. */
export type Segment = { text: string; findings: readonly number[] }

/** Cuts the words at every edge of a quote, unaltered: the segments joined are the words. */
export const segmentsOf = (words: string, quotes: readonly ({ start: number; end: number } | undefined)[]): Segment[] => {
  const edges = new Set([0, words.length])
  for (const q of quotes) if (q) for (const edge of [q.start, q.end]) edges.add(Math.min(edge, words.length))
  const cuts = [...edges].sort((a, b) => a - b)
  return cuts.slice(0, -1).map((start, i) => {
    const end = cuts[i + 1] ?? words.length
    const findings = quotes.flatMap((q, n) => (q && q.start < end && q.end > start ? [n] : []))
    return { text: words.slice(start, end), findings }
  })
}
