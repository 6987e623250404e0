import type { Assessed, PacketDraft } from '#domain/intake/packet-draft.ts'

/**
 * Turns a finished intake into an outcome: an assessment that passed the validator, or a hand-off with its reason. Every
 * failure of a model is an outcome too, so this never rejects and always answers.
 */
export interface Assessor {
  /** Gets ready while the patient answers; optional, and allowed to fail quietly. */
  warmUp(): void
  assess(draft: PacketDraft): Promise<Assessed>
}
