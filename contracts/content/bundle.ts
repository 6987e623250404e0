import { z } from 'zod'
import { TriageLevel } from '../clinical/triage-level.ts'
import { Cues, LexiconEntry } from './lexicon.ts'
import { Protocol } from './protocol.ts'
import { SafetyContent } from './safety.ts'
import { Vitals } from './vitals.ts'

/** Prompt template (`knowledge-index/prompts/*.yaml`); `id` travels in the packet. */
export const Prompt = z.strictObject({
  id: z.string(),
  task: z.enum(['assess']),
  maxTokens: z.number().int().positive(),
  /** System text per language. */
  system: z.strictObject({ en: z.string(), es: z.string() }),
  /** How each level is put into words; the only ones a text of that level may use. */
  urgency: z.record(TriageLevel, z.array(z.string().min(1)).min(1)),
})
export type Prompt = z.infer<typeof Prompt>

/** Everything the kiosk needs of the knowledge index, compiled by `npm run index` to one JSON file. */
export const ContentBundle = z.strictObject({
  /** SHA-256 (hex) over the sources. */
  hash: z.string(),
  protocols: z.array(Protocol),
  lexicon: z.array(LexiconEntry),
  cues: Cues,
  prompts: z.array(Prompt),
  vitals: Vitals,
  safety: SafetyContent,
})
export type ContentBundle = z.infer<typeof ContentBundle>
