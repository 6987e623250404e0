import { z } from 'zod'
import { Assessment } from './assessment.ts'
import { Finding, Measure } from './finding.ts'
import { Floor } from './floor.ts'
import { Handover } from './handover.ts'
import { Language } from './language.ts'
import { Profile } from './profile.ts'

/** A reason for encounter (ICPC-2) with the protocol that handled it. */
export const Complaint = z.strictObject({
  icpc2: z.string().regex(/^[A-Z]\d{2}$/),
  protocolId: z.string(),
  confirmed: z.boolean(),
})
export type Complaint = z.infer<typeof Complaint>

/** A question as shown and the answer as given; `skipped` answers stay unknown. */
export const TranscriptEntry = z.strictObject({
  protocolId: z.string(),
  questionId: z.string(),
  question: z.string(),
  answer: z.string(),
  skipped: z.boolean(),
})
export type TranscriptEntry = z.infer<typeof TranscriptEntry>

/** A passage as it stood when cited, so that the packet can be read years later. */
export const CitedPassage = z.strictObject({
  id: z.string(),
  guidelineId: z.string(),
  title: z.string(),
  source: z.string(),
  version: z.string(),
  reviewed: z.iso.date(),
  reviewDue: z.iso.date(),
  text: z.string(),
})
export type CitedPassage = z.infer<typeof CitedPassage>

/** Why a packet carries no AI text. */
export const HandOffReason = z.enum([
  'emergency',
  'invalid-output',
  'model-unavailable',
  'model-failed',
  'timeout',
  'integrity',
  'disabled',
])
export type HandOffReason = z.infer<typeof HandOffReason>

export const AssessmentOutcome = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('assessment'),
    assessment: Assessment,
    attempts: z.number().int().min(1).max(3),
    /** SBAR, made of the assessment and the findings alone; left out where the model did not write one in time. */
    handover: Handover.optional(),
  }),
  z.strictObject({
    kind: z.literal('hand-off'),
    reason: HandOffReason,
    attempts: z.number().int().min(0).max(3),
    /** Constraints the last attempt broke (ids only, never the rejected text). */
    violated: z.array(z.string()),
  }),
])
export type AssessmentOutcome = z.infer<typeof AssessmentOutcome>

/** Which model, prompt, index and content produced the packet. */
export const PacketProvenance = z.strictObject({
  appVersion: z.string(),
  engine: z.enum(['transformers', 'webllm', 'endpoint', 'rules']),
  backend: z.enum(['webgpu', 'wasm', 'node', 'remote', 'none']),
  modelId: z.string().nullable(),
  modelHash: z.string().nullable(),
  promptId: z.string().nullable(),
  indexId: z.string().nullable(),
  /** `id@hash` of the narrative encoder that read the words; absent where the lexicon read alone. */
  encoder: z.string().optional(),
  contentHash: z.string(),
  generationMs: z.number().nonnegative().nullable(),
})
export type PacketProvenance = z.infer<typeof PacketProvenance>

/** What the nurse reviews. Exists in the clear only in the kiosk's memory and in the reviewer's browser. */
export const Packet = z.strictObject({
  version: z.literal(1),
  id: z.uuid(),
  clinicId: z.string(),
  deviceId: z.string(),
  createdAt: z.iso.datetime(),
  language: Language,
  profile: Profile,
  /** The patient's own words, unaltered. */
  words: z.string().max(8000),
  complaints: z.array(Complaint),
  findings: z.array(Finding),
  measures: z.array(Measure),
  transcript: z.array(TranscriptEntry),
  history: z.strictObject({ conditions: z.string(), medications: z.string(), allergies: z.string() }),
  floor: Floor,
  outcome: AssessmentOutcome,
  passages: z.array(CitedPassage),
  provenance: PacketProvenance,
})
export type Packet = z.infer<typeof Packet>
