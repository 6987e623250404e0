import type { Profile } from '../clinical/profile.ts'
import type { TriageLevel } from '../clinical/triage-level.ts'
import type { Result } from '../result.ts'

/** A finding that the narrative encoder sees told: probability 0-1 and the place in the words, UTF-16 offsets `[start, end)`. */
export type ToldFinding = { code: string; probability: number; start: number; end: number }

/** What the narrative encoder makes of a patient's own words. It never leaves the device and is never stored. */
export type NarrativeReading = {
  /** `id@hash` of the encoder. */
  encoder: string
  /** Most probable place of each code that is at all likely. */
  told: readonly ToldFinding[]
  /** Codes that the encoder knows well and sees nowhere in the words. */
  unseen: readonly string[]
  /** Share of readers that would place the story at each level; sums to 1. Absent where only the findings are wanted. */
  level?: Readonly<Record<TriageLevel, number>> | undefined
  /** ICPC-2 codes of the reason for encounter, most probable first. */
  complaints: readonly { icpc2: string; probability: number }[]
}

export type UnderstandingError = { type: 'encoder-failed'; code: string }

/** What the understanding worker exposes over comlink. */
export interface UnderstandingWorkerApi {
  version(): number
  /** Loads the encoder. */
  load(): Promise<Result<null, UnderstandingError>>
  /** `answers`: what was asked and measured, as `answersText` writes it. */
  read(words: string, profile: Profile, answers?: string): Promise<Result<NarrativeReading, UnderstandingError>>
}
export const UNDERSTANDING_CONTRACT = 2
