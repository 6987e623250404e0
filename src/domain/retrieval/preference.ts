import type { Protocol } from '#contracts/content/protocol.ts'
import type { RetrievalPreference } from '#contracts/workers/retrieval.ts'
import { FALLBACK_PROTOCOL } from '../triage/select-protocols.ts'

/** What the first named protocol counts beside the best match by words, which counts 1; both chosen on the tune split. */
const NAMED = 0.4
/** What a self-care section counts when self-care is asked for. */
const SELF_CARE = 0.4

/** Ways to ask what one can do oneself, or to say that it is small, in both languages. */
const ASKS_SELF_CARE =
  /(?<!\p{L})(what (can|should|do) i|how (do|can|should) i|is it (ok|safe|normal)|should i|can i (still )?(do|take|use|eat|go|put)|any tips|at home|just a|only a|bit of|gone now|a little|slight|mild|normal|qué (puedo|hago|debo)|puedo|cómo|solo|un poco|leve)(?!\p{L})/iu

/**
 * Which passages a question leans to: those of the named protocols, in their order, and self-care where it is asked for.
 * None is shut out. The general protocol names no complaint, so it gains nothing.
 */
export const preferenceOf = (words: string, named: readonly Protocol[]): RetrievalPreference => ({
  protocols: Object.fromEntries(
    named.map((p, place) => [p.id, NAMED / (1 + place / 4)] as const).filter(([id]) => id !== FALLBACK_PROTOCOL),
  ),
  sections: ASKS_SELF_CARE.test(words) ? { 'self-care': SELF_CARE } : {},
})
