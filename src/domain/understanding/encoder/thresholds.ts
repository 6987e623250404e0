/** How sure the narrative encoder must be; all chosen on the tune split for anteroom-encoder-v1 (docs/evaluation.md). */
export const FOUND_FROM = 0.5
/** From here to `FOUND_FROM` it may be: shown to be confirmed, and until then no rule rests on it. */
export const POSSIBLE_FROM = 0.2
/** Below this a code it knows well is not in the words at all, whatever a term of the lexicon says. */
export const UNSEEN_BELOW = 0.1
