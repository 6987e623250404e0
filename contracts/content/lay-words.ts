import { z } from 'zod'

/** What a passage may be asked for: written at build from the protocols that cite it, the lexicon and the asks; never shown. */
export const LayWords = z.strictObject({
  /** Reasons of the rules and advice that rest on it, in English. */
  reasons: z.string(),
  /** Labels and lay wordings of the findings of those rules, in English. */
  words: z.string(),
  /** The same two in Spanish. */
  spanish: z.string(),
  /** How people ask for it, in both languages. */
  asks: z.array(z.string()),
})
export type LayWords = z.infer<typeof LayWords>

/** `knowledge/lay.json`, by passage id. */
export const LayFile = z.record(z.string(), LayWords)
