import { z } from 'zod'
import { TriageLevel } from './triage-level.ts'

export const ReviewDecision = z.enum(['accept', 'change-level', 'escalate', 'return'])
export type ReviewDecision = z.infer<typeof ReviewDecision>

export const StaffRole = z.enum(['nurse', 'doctor', 'admin'])
export type StaffRole = z.infer<typeof StaffRole>

/** The reviewer's decision over one exact packet. `packetHash` is SHA-256 (base64url) of the canonical packet JSON. */
export const Review = z.strictObject({
  version: z.literal(1),
  packetId: z.uuid(),
  packetHash: z.string(),
  decision: ReviewDecision,
  level: TriageLevel,
  /** Required for `change-level`, `escalate` and `return`. Clinical text: travels encrypted, never in the clear. */
  reason: z.string().max(2000),
  reviewerId: z.string(),
  reviewerRole: StaffRole,
  claimedAt: z.iso.datetime(),
  decidedAt: z.iso.datetime(),
})
export type Review = z.infer<typeof Review>
