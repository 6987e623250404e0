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
  /** Verbs that start a claim of their own: a hedge or negation before one does not reach past it. */
  claimVerbs: Phrases,
  /** Hedges that follow what they hedge ("… is possible", "… cannot be ruled out"). */
  predicateHedges: Phrases,
  /** "this is …", "the patient has …": what follows must be hedged, denied, a finding or a plain description. */
  identityClaims: Phrases,
  /** Plain descriptions that may follow an identity claim ("this is urgent"). */
  identityExceptions: Phrases,
  /** What makes an escalation conditional ("escalate only if it gets worse"). */
  escalationConditions: Phrases,
  /** "antibiotics should be started": verbs that make advice of a medicine named before them. */
  passiveDirectives: Phrases,
  /** Turns an imperative about a medicine into a matter for approval ("only if the physician approves"). */
  approvalConditions: Phrases,
  /** Measuring, not dosing, may happen every four hours. */
  monitoring: Phrases,
  /** What a figure out of ten may measure ("pain 9 of 10"). */
  measuredScore: Phrases,
  /** Ordinary words one letter away from a drug name. */
  similarWords: Phrases,
  /** Words that carry no claim, ignored when a sentence is compared with what it cites. */
  stopwords: Phrases,
})
export type SafetyPhrases = z.infer<typeof SafetyPhrases>

export const SafetyContent = z.strictObject({ en: SafetyPhrases, es: SafetyPhrases })
export type SafetyContent = z.infer<typeof SafetyContent>
