import { z } from 'zod'
import { TriageLevel } from '../clinical/triage-level.ts'
import { Cues, LexiconEntry } from './lexicon.ts'
import { Protocol } from './protocol.ts'
import { SafetyContent } from './safety.ts'
import { Vitals } from './vitals.ts'

const promptParts = {
  id: z.string(),
  maxTokens: z.number().int().positive(),
  /** System text per language. */
  system: z.strictObject({ en: z.string(), es: z.string() }),
}
/** The assessment, and after it in the same conversation the hand-over in SBAR form (Leonard 2004). */
const AssessPrompt = z.strictObject({
  ...promptParts,
  task: z.literal('assess'),
  /** How each level is put into words; the only ones a text of that level may use. */
  urgency: z.record(TriageLevel, z.array(z.string().min(1)).min(1)),
  /** The user message that asks for the hand-over. */
  handover: z.string().min(1),
})
/** `ask`: the next question to the patient; `extract`: findings with verbatim quotes. */
const OtherPrompt = z.strictObject({ ...promptParts, task: z.enum(['ask', 'extract']) })
/** Prompt template (`knowledge-index/prompts/*.yaml`); `id` travels in the packet. */
export const Prompt = z.discriminatedUnion('task', [AssessPrompt, OtherPrompt])
export type Prompt = z.infer<typeof Prompt>
export type AssessPrompt = z.infer<typeof AssessPrompt>

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
