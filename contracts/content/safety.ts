import { z } from 'zod'

/**
 * Phrases the safety validator matches, per language (`knowledge-index/safety/<language>.yaml`). A phrase is a list of
 * words: `*` at the end of a word matches any ending, `a|b` is a choice, `~3` a gap of up to three words. Matching is on
 * whole words of the normalised text (lower case, no accents, no zero-width characters).
 */
const Phrases = z.array(z.string().min(1)).min(1)

export const SafetyPhrases = z.strictObject({
  /** Names of diseases; a mention needs a hedge, an exclusion or a history cue in its clause. */
  diseases: Phrases,
  /** Word endings that name a disease (-itis), with the words they must not catch. */
  diseaseSuffixes: Phrases,
  diseaseSuffixExceptions: Phrases,
  /** Ways to say a diagnosis as fact; they fail whatever follows. */
  diagnosisClaims: Phrases,
  /** "you have …": fails unless one of `claimExceptions` follows ("you have described"). */
  directClaims: Phrases,
  claimExceptions: Phrases,
  hedges: Phrases,
  exclusionCues: Phrases,
  historyCues: Phrases,
  preliminary: Phrases,
  nurseReview: Phrases,
  nurseReviewDenied: Phrases,
  drugs: Phrases,
  drugSuffixes: Phrases,
  drugSuffixExceptions: Phrases,
  drugClasses: Phrases,
  doseUnits: Phrases,
  doseFrequencies: Phrases,
  directives: Phrases,
  physicianApproval: Phrases,
  certainty: Phrases,
  /** Phrases with a certainty word that deny certainty ("not certain"). */
  certaintyExceptions: Phrases,
  /** What a percentage above 80 may measure ("oxygen saturation 97 %"). */
  measuredPercent: Phrases,
  escalation: Phrases,
  escalationDenied: Phrases,
  chestPain: Phrases,
  breathing: Phrases,
  neurological: Phrases,
  reassurance: Phrases,
  leaks: Phrases,
  negation: Phrases,
  conditional: Phrases,
  /** Words that carry no claim, ignored when a sentence is compared with what it cites. */
  stopwords: Phrases,
})
export type SafetyPhrases = z.infer<typeof SafetyPhrases>

export const SafetyContent = z.strictObject({ en: SafetyPhrases, es: SafetyPhrases })
export type SafetyContent = z.infer<typeof SafetyContent>
