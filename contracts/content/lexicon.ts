import { z } from 'zod'
import { FindingCode } from '../clinical/finding.ts'
import { LocalizedText } from '../clinical/language.ts'

/**
 * One finding the whole house knows. `terms` are lay wordings (lower case, no punctuation); matching is on whole words,
 * accent-insensitive, with light inflection; `*` at the end of a word matches any ending, `a|b` any one of these words, `0` any number from two on.
 * As written, `@set` stands for any word of a word set and `a + b` for both in either order; loading writes them out.
 */
export const LexiconEntry = z.strictObject({
  code: FindingCode,
  label: LocalizedText,
  /** How it reads inside a sentence about the patient: "chest pain", "dolor de pecho". Defaults to `label`. */
  icpc2: z
    .string()
    .regex(/^[A-Z]\d{2}$/)
    .optional(),
  /** `symptom` may choose a protocol; `history` is background; `context` is circumstance (pregnant, immunosuppressed). */
  kind: z.enum(['symptom', 'sign', 'history', 'context']),
  /** Belongs to the always-escalate groups of the safety rules. */
  escalate: z.enum(['chest-pain', 'breathing', 'neurological']).optional(),
  terms: z.strictObject({ en: z.array(z.string().min(2)), es: z.array(z.string().min(2)) }),
  /** This finding being present makes these present too (e.g. crushing chest pain implies chest pain). */
  implies: z.array(FindingCode).optional(),
})
export type LexiconEntry = z.infer<typeof LexiconEntry>

/** `knowledge-index/lexicon/sets.yaml`: words that mean the same at one place of a term, per language. */
export const WordSets = z.record(
  z.string().regex(/^[a-z]{2,24}$/),
  z.strictObject({ en: z.array(z.string()).min(1), es: z.array(z.string()).min(1) }),
)
export type WordSets = z.infer<typeof WordSets>
export const WordSetsFile = z.strictObject({ sets: WordSets })

/** `knowledge-index/lexicon/findings-*.yaml` */
export const LexiconFile = z.strictObject({ entries: z.array(LexiconEntry) })

/**
 * Cue words for negation, uncertainty, experiencer and time (`knowledge-index/lexicon/cues.yaml`), per language.
 * `*` at the end of a word matches any ending; `...` matches any words of the same sentence.
 */
const CueSet = z.strictObject({
  negation: z.array(z.string()),
  /** Phrases that look like negation but are not ("not only", "no doubt"). */
  pseudoNegation: z.array(z.string()),
  postNegation: z.array(z.string()),
  uncertainty: z.array(z.string()),
  /** Someone other than the patient, unless the reporter says the patient is that person. */
  otherPerson: z.array(z.string()),
  past: z.array(z.string()),
  /** Brings a past mention back to now ("again", "since then"). */
  current: z.array(z.string()),
  /** Feared, asked or conditional, not stated ("if i get", "could it be"). */
  hypothetical: z.array(z.string()).optional(),
  /** Ends the reach of a cue ("but", "however"). */
  terminators: z.array(z.string()),
})
export const Cues = z.strictObject({ en: CueSet, es: CueSet })
export type Cues = z.infer<typeof Cues>
