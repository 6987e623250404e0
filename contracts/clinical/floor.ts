import { z } from 'zod'
import { FindingCode } from './finding.ts'
import { LocalizedText } from './language.ts'
import { TriageLevel } from './triage-level.ts'

/**
 * A rule that held, with what it rests on. `kind` says which list of the protocol it came from; `routine` is a level rule that
 * asks for an appointment out of order of service, not of safety.
 */
export const FiredRule = z.strictObject({
  protocolId: z.string(),
  ruleId: z.string(),
  kind: z.enum(['red-flag', 'level', 'routine', 'modifier', 'vitals', 'open-red-flag', 'default', 'learnt']),
  level: TriageLevel,
  reason: LocalizedText,
  /** Passage id that supports the rule. */
  cite: z.string().optional(),
  /** Codes of the findings that made it true. */
  because: z.array(z.string()),
})
export type FiredRule = z.infer<typeof FiredRule>

/** A red flag that could not be decided because the listed findings are unknown. */
export const OpenRedFlag = z.strictObject({
  protocolId: z.string(),
  ruleId: z.string(),
  level: TriageLevel,
  reason: LocalizedText,
  missing: z.array(FindingCode.or(z.string())),
})
export type OpenRedFlag = z.infer<typeof OpenRedFlag>

/** Lowest level the rules allow, and why. The model may raise it, never lower it. */
export const Floor = z.strictObject({
  level: TriageLevel,
  fired: z.array(FiredRule),
  open: z.array(OpenRedFlag),
  byProtocol: z.array(z.strictObject({ protocolId: z.string(), level: TriageLevel })),
})
export type Floor = z.infer<typeof Floor>
