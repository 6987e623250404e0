import type { TriageLevel } from '#contracts/clinical/triage-level.ts'
import type { Protocol } from '#contracts/content/protocol.ts'
import { compareLevels, mostUrgent } from '../shared/level.ts'
import { evaluateCondition } from './evaluate-condition.ts'
import type { Facts } from './facts.ts'

export const MAX_PROTOCOLS = 3
/** The protocol that handles anything no other one does. */
export const FALLBACK_PROTOCOL = 'general'

type Match = { protocol: Protocol; level: TriageLevel; escalates: boolean; entries: number; dangers: number }

const match = (protocol: Protocol, facts: Facts): Match | null => {
  if (protocol.applies !== undefined && evaluateCondition(protocol.applies, facts).value === 'false') return null
  const entries = protocol.entry.filter((code) => facts.mentioned.has(code))
  const flags = protocol.redFlags.map((flag) => ({ flag, value: evaluateCondition(flag.when, facts).value }))
  const held = flags.filter((f) => f.value === 'true').map((f) => f.flag.level as TriageLevel)
  if (entries.length === 0 && held.length === 0) return null
  return {
    protocol,
    level: mostUrgent(held),
    escalates: entries.some((code) => facts.escalating.has(code)),
    entries: entries.length,
    dangers: flags.filter((f) => f.flag.level === 'emergency' && f.value !== 'false').length,
  }
}

/**
 * Protocols for what the patient said, at most {@link MAX_PROTOCOLS}, most dangerous first: those with a red flag that
 * already holds, then those entered by an always-escalate finding, then by how many entry findings were named and how
 * many emergencies they could still uncover. The fallback protocol serves when nothing else does.
 */
export const selectProtocols = ({ facts, protocols }: { facts: Facts; protocols: readonly Protocol[] }): Protocol[] => {
  const matches = protocols
    .filter((p) => p.id !== FALLBACK_PROTOCOL)
    .flatMap((p) => match(p, facts) ?? [])
    .sort(
      (a, b) =>
        compareLevels(b.level, a.level) ||
        Number(b.escalates) - Number(a.escalates) ||
        b.entries - a.entries ||
        b.dangers - a.dangers ||
        (a.protocol.id < b.protocol.id ? -1 : 1),
    )
  if (matches.length > 0) return matches.slice(0, MAX_PROTOCOLS).map((m) => m.protocol)
  return protocols.filter((p) => p.id === FALLBACK_PROTOCOL)
}
