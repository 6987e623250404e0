import type { TriageLevel } from '#contracts/clinical/triage-level.ts'
import type { Protocol } from '#contracts/content/protocol.ts'
import { compareLevels, mostUrgent } from '../shared/level.ts'
import { conditionParts } from './condition-parts.ts'
import { evaluateCondition } from './evaluate-condition.ts'
import type { Facts } from './facts.ts'

export const MAX_PROTOCOLS = 3
/** The protocol that handles anything no other one does. */
export const FALLBACK_PROTOCOL = 'general'
/** In an adult, fever is the complaint only when no place is named. */
const FEVER_ALONE = 'fever-adult'

type Match = {
  protocol: Protocol
  level: TriageLevel
  escalates: boolean
  /** How many of the findings named are the business of this protocol: its entries, and parts of flags that hold. */
  covered: number
  dangers: number
}

const match = (protocol: Protocol, facts: Facts): Match | null => {
  if (protocol.applies !== undefined && evaluateCondition(protocol.applies, facts).value === 'false') return null
  const entries = protocol.entry.filter((code) => facts.mentioned.has(code))
  const flags = protocol.redFlags.map((flag) => ({ flag, value: evaluateCondition(flag.when, facts).value }))
  const held = flags.filter((f) => f.value === 'true')
  if (entries.length === 0 && held.length === 0) return null
  const used = held.flatMap((f) => conditionParts(f.flag.when).codes).filter((code) => facts.mentioned.has(code))
  return {
    protocol,
    level: mostUrgent(held.map((f) => f.flag.level as TriageLevel)),
    escalates: entries.some((code) => facts.escalating.has(code)),
    covered: new Set([...entries, ...used]).size,
    dangers: flags.filter((f) => f.flag.level === 'emergency' && f.value !== 'false').length,
  }
}

/** Few ways in means a narrow complaint: "head injury" says more about the visit than "drowsy". */
const narrower = (a: Match, b: Match): number => a.protocol.entry.length - b.protocol.entry.length

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
        (b.level === 'emergency' ? b.covered - a.covered || narrower(a, b) : 0) ||
        Number(b.escalates) - Number(a.escalates) ||
        Number(a.protocol.id === FEVER_ALONE) - Number(b.protocol.id === FEVER_ALONE) ||
        b.covered - a.covered ||
        b.dangers - a.dangers ||
        (a.protocol.id < b.protocol.id ? -1 : 1),
    )
  const fallback = protocols.filter((p) => p.id === FALLBACK_PROTOCOL)
  if (matches.length === 0) return fallback
  const chosen = matches.slice(0, MAX_PROTOCOLS).map((m) => m.protocol)
  const also = fallback.filter((p) => holdsAlone(p, chosen, facts))
  return [...chosen.slice(0, MAX_PROTOCOLS - also.length), ...also]
}

const rulesOf = (p: Protocol) => [
  ...p.redFlags.map((r) => ({ when: r.when, level: r.level as TriageLevel })),
  ...p.levels.map((r) => ({ when: r.when, level: r.level })),
  ...p.modifiers.map((r) => ({ when: r.when, level: r.atLeast })),
]

/** An urgent rule of the fallback holds because of something that none of the chosen ones knows: a burn beside a cough. */
const holdsAlone = (fallback: Protocol, chosen: readonly Protocol[], facts: Facts): boolean => {
  const known = new Set(chosen.flatMap((p) => [...p.entry, ...rulesOf(p).flatMap((r) => conditionParts(r.when).codes)]))
  return rulesOf(fallback).some(
    ({ when, level }) =>
      compareLevels(level, 'high') >= 0 &&
      evaluateCondition(when, facts).value === 'true' &&
      conditionParts(when).codes.some((c) => facts.mentioned.has(c) && fallback.entry.includes(c) && !known.has(c)),
  )
}
