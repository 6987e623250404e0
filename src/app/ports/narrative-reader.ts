import type { Profile } from '#contracts/clinical/profile.ts'
import type { NarrativeReading } from '#contracts/workers/understanding.ts'

/** The narrative encoder on this device. Every failure is null: the lexicon then reads alone. */
export interface NarrativeReader {
  /** Gets ready while the patient answers; allowed to fail quietly. */
  warmUp(): void
  /** `urgent`: give up within a few seconds, an alert is waiting. `answers`: what was asked since, as `answersText` writes it. */
  read(words: string, profile: Profile, urgent: boolean, answers?: string): Promise<NarrativeReading | null>
}
