import type { Clause, Sentence } from './normalise.ts'
import { allMatches, type Matcher, type Phrasebook } from './phrases.ts'

type Span = { readonly start: number; readonly end: number; readonly text: string }

const wordCount = (text: string): number => text.split(' ').filter(Boolean).length

/** Longest list item, in words; longer stretches are clauses of their own. */
const LIST_ITEM_WORDS = 8
/** How far a cue reaches forward, in words. */
const REACH = 14

/**
 * Clauses of a sentence with lists put back together ("flu, bronchitis or pneumonia" is one), so that a cue on a list
 * reaches all its items. A stretch with a verb of its own starts anew.
 */
export const readLists = (p: Phrasebook, sentence: Sentence, pick: (c: Clause) => string): string[] => {
  const out: string[] = []
  for (const clause of sentence.clauses) {
    const text = pick(clause)
    const previous = out.at(-1)
    const item = wordCount(text) <= LIST_ITEM_WORDS && p.claimVerbs(text) === null
    const short =
      previous !== undefined && wordCount(previous) <= 3 && p.claimVerbs(previous) === null && p.claimVerbs(text)?.start !== 1
    if (previous !== undefined && (item || short)) out[out.length - 1] = `${previous.trimEnd()} ${text.trimStart()}`
    else out.push(text)
  }
  return out
}

/** A cue before the target reaches it unless a verb stands between, which makes a claim of its own. */
export const cueBefore = (p: Phrasebook, cue: Matcher, text: string, target: Span, reach: number = REACH): boolean =>
  allMatches(cue, text).some((m) => {
    if (m.start > target.start) return false
    const between = ` ${text.slice(m.end, target.start).trim()} `
    return m.end >= target.start || (wordCount(between) <= reach && p.claimVerbs(between) === null)
  })

const LINK =
  /^(?: (?:(?:in|of|on|at|del?|en) (?:the |an? |el |la )?\p{L}+|labelx|one|is|are|be|being|a|an|the|also|remains?|still|should|must|needs?|to|and|or|also|here|causes?|es|son|una?|la|el|o|y|e|u|sigue|siendo|debe|deben|que|se|ser))* $/u

/** A predicate after the target ("… is possible", "… cannot be ruled out"), with nothing but links and list items between. */
export const predicateAfter = (predicate: Matcher, listed: Matcher, text: string, target: Span): boolean =>
  allMatches(predicate, text).some((m) => {
    if (m.start < target.end) return false
    let between = ` ${text.slice(target.end, m.start).trim()} `
    for (let hit = listed(between); hit; hit = listed(between)) {
      between = ` ${between.slice(0, hit.start).trim()} ${between.slice(hit.end).trim()} `.replace(/ +/g, ' ')
    }
    return LINK.test(between === '  ' ? ' ' : between)
  })

/** A negation that stands before the target and reaches it; "not only" and its like do not negate. */
export const negatedBefore = (p: Phrasebook, text: string, target: Span, reach: number): boolean =>
  allMatches(p.negation, text).some((m) => {
    if (m.end > target.start + 1) return false
    const between = ` ${text.slice(m.end, target.start).trim()} `
    const bare = between.replace(/^ (?:is|are|was|be|been|es|son|esta|fue|ser)(?: an?| una?| el| la)? /, ' ')
    return wordCount(bare) <= reach && p.claimVerbs(bare) === null && !/ (?:only|just|merely|solo|solamente) /.test(bare)
  })

/**
 * Whether a mention in a list is denied: "no chest pain, wheeze or fever" denies all three, while in "no fever, no cough,
 * chest pain" every item carries its own "no" and the last one is stated.
 */
export const deniedMention = (p: Phrasebook, text: string, target: Span): boolean => {
  const before = allMatches(p.negation, text).filter((m) => m.end <= target.start + 1)
  const nearest = before.at(-1)
  if (!nearest || !negatedBefore(p, text, target, REACH)) return false
  return (
    before.length < 2 ||
    wordCount(text.slice(nearest.end, target.start)) <= 2 ||
    / (?:or|nor|ni|o) /.test(text.slice(nearest.end, target.start))
  )
}
