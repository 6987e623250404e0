import type { Place } from './align.ts'

/** How much less sure a neighbour may be than the surest token, in logits, and still belong to the quote. */
const NEAR = 3
/** Below this a neighbour says nothing of its own. */
const LEAST = -1
const LONGEST = 12
const ENDS = /[.!?;\n]/
const LETTER = /[\p{L}\p{N}']/u

/** The words around the surest token that tell the same finding, widened to whole words; offsets in `folded`. */
export const spanOf = (
  logit: (token: number) => number,
  best: number,
  places: readonly Place[],
  folded: string,
): { start: number; end: number } | null => {
  const centre = places[best]
  if (!centre) return null
  const enough = Math.max(logit(best) - NEAR, LEAST)
  const joins = (from: Place | undefined, to: Place | undefined): boolean =>
    from != null && to != null && !ENDS.test(folded.slice(from.start, to.end))
  let first = best
  let last = best
  while (last - first < LONGEST && logit(first - 1) >= enough && joins(places[first - 1], centre)) first--
  while (last - first < LONGEST && logit(last + 1) >= enough && joins(centre, places[last + 1])) last++
  let start = places[first]?.start ?? centre.start
  let end = places[last]?.end ?? centre.end
  while (start > 0 && LETTER.test(folded[start - 1] ?? '') && LETTER.test(folded[start] ?? '')) start--
  while (end < folded.length && LETTER.test(folded[end - 1] ?? '') && LETTER.test(folded[end] ?? '')) end++
  return { start, end }
}
