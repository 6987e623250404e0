import type { Finding, FindingCode } from '#contracts/clinical/finding.ts'
import type { LexiconEntry } from '#contracts/content/lexicon.ts'
import type { Protocol } from '#contracts/content/protocol.ts'
import { closure } from './facts.ts'

/** A reason for encounter: the protocol that handles it and the ICPC-2 code that names it best. */
export type Complaint = { icpc2: string; protocolId: string }

/**
 * One complaint a protocol, in the order of the protocols. A protocol serves several reasons for encounter, so the code is
 * that of the finding the patient named first among its entries; a finding that only follows from another says less.
 */
export const complaintsOf = (
  protocols: readonly Protocol[],
  findings: readonly Finding[],
  entries: ReadonlyMap<FindingCode, LexiconEntry>,
): Complaint[] => {
  const named = findings
    .filter((f) => f.status === 'present' && f.quote)
    .sort((a, b) => (a.quote?.start ?? 0) - (b.quote?.start ?? 0))
    .map((f) => f.code)
  const follows = closure(
    named.flatMap((code) => entries.get(code)?.implies ?? []),
    entries,
  )
  return protocols.map((p) => {
    const own = named.filter((code) => p.entry.includes(code) && entries.get(code)?.icpc2 !== undefined)
    const first = own.find((code) => !follows.has(code)) ?? own[0]
    return { icpc2: (first && entries.get(first)?.icpc2) ?? p.icpc2, protocolId: p.id }
  })
}
