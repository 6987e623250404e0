import type { FindingStatus } from '#contracts/clinical/finding.ts'
import type { HandOffReason } from '#contracts/clinical/packet.ts'
import type { Age, Reporter, Sex } from '#contracts/clinical/profile.ts'
import type { TriageLevel } from '#contracts/clinical/triage-level.ts'
import type { Asked } from './play-case.ts'

/** What a model did with one case; absent where no model was asked. */
export type ModelRun = {
  /** How often the model was asked; every try before the last one was refused. */
  tries: number
  /** What the validator said of each output that was JSON, in order. */
  attempts: readonly { valid: boolean; violated: readonly string[]; tokens: number }[]
  handOff: HandOffReason | null
  generationMs: number | null
}

/** One case as it went, beside its gold. Everything a metric reads; no engine, no content. */
export type CaseResult = {
  id: string
  family: string | null
  language: string
  reporter: Reporter
  age: Age | undefined
  sex: Sex
  narrative: string
  interview: boolean
  gold: { triage: TriageLevel[]; complaints: string[] | null; findings: Record<string, FindingStatus> | null }
  /** Level of the packet: the model's where it passed, else the floor. */
  level: TriageLevel
  floor: TriageLevel
  /** Rules that set the floor, `protocol/rule`. */
  fired: string[]
  protocols: { id: string; icpc2: string }[]
  findings: Record<string, FindingStatus>
  asked: Asked[]
  /** What the packet breaks of the safety constraints; empty when it complies. */
  unsafe: string[]
  model: ModelRun | null
  ms: number
}
