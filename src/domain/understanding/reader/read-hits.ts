import { fold } from '../text/fold.ts'
import { plainSpans } from '../text/plain-words.ts'
import type { Token } from '../text/tokens.ts'
import { type Reader, windowScorer } from './network.ts'

/** A place where the reader takes the words to speak of a finding: tokens `[first, end)`, probability 0-1. */
export type ReadHit = { code: string; first: number; end: number; probability: number }

/** A word as the reader was taught it, with the tokens it became ("can't" is two). */
type Word = { text: string; first: number; end: number; opens: boolean }

const LENGTHS = [1, 3, 5, 8]
/** A shorter window serves when it loses no more than this share of the probability. */
const KEEP = 0.85
/** Above this the words deny what they speak of. */
const DENIED = 0.5

const wordsOf = (original: string, tokens: readonly Token[]): Word[] => {
  const folded = fold(original)
  let at = 0
  return plainSpans(folded.text).map((w) => {
    const start = folded.start[w.start] ?? 0
    while ((tokens[at]?.start ?? Number.POSITIVE_INFINITY) < start) at++
    const first = at
    let end = first
    while (tokens[end]?.start === start) end++
    return { text: w.word, first, end: Math.max(end, first + 1), opens: tokens[first]?.before === 'hard' }
  })
}

/**
 * Findings that the reader sees at least `threshold` sure, the surest window of each sentence for each code, cut to the
 * words it rests on. What it takes for denied is left out: the reader may add a finding, never deny one.
 */
export const readHits = (original: string, tokens: readonly Token[], reader: Reader, threshold: number): ReadHit[] => {
  const words = wordsOf(original, tokens)
  const score = windowScorer(
    reader,
    words.map((w) => w.text),
  )
  const denied = reader.codes.length
  const sentence: number[] = []
  words.forEach((w, i) => {
    sentence.push((sentence[i - 1] ?? 0) + (w.opens && i > 0 ? 1 : 0))
  })
  type Best = { code: number; first: number; end: number; probability: number; denied: number }
  const best = new Map<string, Best>()
  for (let first = 0; first < words.length; first++)
    for (const length of LENGTHS) {
      const end = first + length
      if (end > words.length || sentence[end - 1] !== sentence[first]) break
      const scores = score(first, end)
      for (let code = 0; code < reader.codes.length; code++) {
        const probability = scores[code] ?? 0
        if (probability < threshold) continue
        const key = `${code} ${sentence[first]}`
        if (probability > (best.get(key)?.probability ?? 0))
          best.set(key, { code, first, end, probability, denied: scores[denied] ?? 0 })
      }
    }
  const trimmed = (b: Best): Best => {
    let { first, end } = b
    const holds = (f: number, e: number): boolean => (score(f, e)[b.code] ?? 0) >= KEEP * b.probability
    while (end - first > 1 && holds(first + 1, end)) first++
    while (end - first > 1 && holds(first, end - 1)) end--
    return { ...b, first, end }
  }
  return [...best.values()]
    .filter((b) => b.denied < DENIED)
    .map(trimmed)
    .map(({ code, first, end, probability }) => ({
      code: reader.codes[code] ?? '',
      first: words[first]?.first ?? 0,
      end: words[end - 1]?.end ?? 0,
      probability,
    }))
}
