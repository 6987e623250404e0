import { type CitedPassage, Packet } from '#contracts/clinical/packet.ts'
import type { TriageLevel } from '#contracts/clinical/triage-level.ts'
import type { Passage } from '#contracts/content/guideline.ts'
import { err, ok, type Result } from '#contracts/result.ts'
import { compareLevels } from '../shared/level.ts'

/** Everything a packet holds. Ids and time are made outside; passages are those the floor or the assessment cites. */
export type PacketParts = Omit<Packet, 'version' | 'passages'> & { passages: readonly Passage[] }

/** `paths` and `path` name members, never their content. */
export type PacketError =
  | { type: 'packet-invalid'; paths: string[] }
  | { type: 'quote-altered'; path: string }
  | { type: 'level-below-floor' }
  | { type: 'citation-unknown'; path: string }

/** The passage as it stands now, so that the packet can be read without the index. */
export const citedPassage = (p: Passage): CitedPassage => ({
  id: p.id,
  guidelineId: p.guidelineId,
  title: `${p.title}: ${p.heading}`,
  source: p.source,
  version: p.version,
  reviewed: p.reviewed,
  reviewDue: p.reviewDue,
  text: p.text,
})

/**
 * Puts a packet together and refuses one that breaks a promise: the schema; words and quotes unaltered; the level not
 * below the floor; every citation resolvable inside the packet. The patient's words are copied as they are: nothing is
 * cut, masked or corrected.
 */
export const assemblePacket = (parts: PacketParts): Result<Packet, PacketError> => {
  const unique = new Map(parts.passages.map((p) => [p.id, citedPassage(p)]))
  const parsed = Packet.safeParse({ ...parts, version: 1, passages: [...unique.values()] })
  if (!parsed.success) return err({ type: 'packet-invalid', paths: parsed.error.issues.map((i) => i.path.join('.')) })
  const packet = parsed.data
  const altered = alteredQuote(packet)
  if (altered !== null) return err({ type: 'quote-altered', path: altered })
  if (compareLevels(proposedLevel(packet), packet.floor.level) < 0) return err({ type: 'level-below-floor' })
  const unknown = unknownCitation(packet)
  if (unknown !== null) return err({ type: 'citation-unknown', path: unknown })
  return ok(packet)
}

/** The level the packet proposes to the nurse: the model's when it wrote an assessment, else the floor. */
export const proposedLevel = (packet: Packet): TriageLevel =>
  packet.outcome.kind === 'assessment' ? packet.outcome.assessment.level : packet.floor.level

const alteredQuote = (packet: Packet): string | null => {
  for (const list of ['findings', 'measures'] as const) {
    for (const [i, { quote }] of packet[list].entries()) {
      if (quote && packet.words.slice(quote.start, quote.end) !== quote.text) return `${list}.${i}.quote`
    }
  }
  return null
}

const unknownCitation = (packet: Packet): string | null => {
  const passages = new Set(packet.passages.map((p) => p.id))
  const known = new Set([...passages, ...packet.findings.map((f) => f.code)])
  for (const [i, rule] of packet.floor.fired.entries()) {
    if (rule.cite !== undefined && !passages.has(rule.cite)) return `floor.fired.${i}`
  }
  if (packet.outcome.kind !== 'assessment') return null
  for (const list of ['concerns', 'actions'] as const) {
    for (const [i, statement] of packet.outcome.assessment[list].entries()) {
      if (!statement.cites.every((cite) => known.has(cite))) return `outcome.assessment.${list}.${i}`
    }
  }
  return null
}

/** Passages a packet must carry: what the fired rules cite and what was in the prompt, each once. */
export const passagesToCarry = (
  fired: readonly { cite?: string | undefined }[],
  inPrompt: readonly { id: string }[],
  byId: ReadonlyMap<string, Passage>,
): Passage[] => {
  const ids = new Set([...fired.flatMap((r) => r.cite ?? []), ...inPrompt.map((p) => p.id)])
  return [...ids].flatMap((id) => byId.get(id) ?? [])
}
