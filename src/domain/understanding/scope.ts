import type { Language } from '#contracts/clinical/language.ts'
import type { Profile } from '#contracts/clinical/profile.ts'
import type { CueHit } from './cues.ts'
import type { LexiconIndex, TermHit } from './lexicon-index.ts'
import { negatedHits, RESUME } from './negation.ts'
import { isPatientWord } from './text/relations.ts'
import type { Token } from './text/tokens.ts'
import type { Mention } from './types.ts'

export type Context = Pick<Mention, 'polarity' | 'certainty' | 'experiencer' | 'time' | 'hypothetical'>

const HYPOTHETICAL_REACH = 8
const FIRST_PERSON = new Set('i im ive id ill me my myself mine yo mi mis me tengo siento estoy'.split(' '))
const THIRD_PERSON = new Set('he she they his her hers their el ella ellos ellas'.split(' '))
const COMES_BACK = new Set('back again returned still keeps worse vez nuevo volvio vuelto regreso sigue peor'.split(' '))
/** End the reach of a denial, but stay in the clause: "a heart attack years ago with chest pain" is one event. */
const JOINS = new Set(['with', 'con'])
/** "None now", "fine now": no return to the present. */
const SAYS_NO_MORE = new Set('none not no fine ok okay gone nothing well better nada bien'.split(' '))
/** "My little one", "my eldest": a child without the word. */
const YOUNG = new Set('one eldest youngest oldest'.split(' '))
/** Said of another in passing: what comes after the comma is the patient's own again. */
const LEFT = new Set('died passed left moved'.split(' '))
const AND = new Set(['and', 'y', 'e'])

/** Sentence and clause number of every token. A clause ends at a comma, a terminator, or "and" before a new subject. */
const clauses = (tokens: readonly Token[], closed: (i: number) => boolean): { sentence: number[]; clause: number[] } => {
  let s = 0
  let c = 0
  const sentence: number[] = []
  const clause: number[] = []
  tokens.forEach((t, i) => {
    if (t.before === 'hard') s++
    const newSubject = AND.has(t.word) && RESUME.has(tokens[i + 1]?.word ?? '')
    if (t.before !== 'none' || (closed(i) && !JOINS.has(t.word)) || newSubject) c++
    sentence.push(s)
    clause.push(c)
  })
  return { sentence, clause }
}

/** Whom each token speaks of. `he`/`she` at the start of a sentence carry on with the person before. */
const experiencers = (
  tokens: readonly Token[],
  others: ReadonlyMap<number, CueHit>,
  language: Language,
  profile: Profile,
): Context['experiencer'][] => {
  let state: Context['experiencer'] = 'patient'
  let cueEnd = 0
  let passing = false
  return tokens.map((t, i) => {
    // "Since my mum died, cant sleep"
    if (passing && t.before === 'soft' && i >= cueEnd && !THIRD_PERSON.has(t.word)) state = 'patient'
    if (t.before === 'hard' && !(profile.reporter === 'patient' && THIRD_PERSON.has(t.word))) state = 'patient'
    const cue = others.get(i)
    if (cue && i >= cueEnd) {
      cueEnd = cue.end
      const words = tokens.slice(cue.first, cue.end).map((w) => w.word)
      const named = words.some((w) => isPatientWord(YOUNG.has(w) ? 'child' : w, language, profile))
      state = named ? 'patient' : 'other'
      passing = LEFT.has(tokens[cue.end]?.word ?? '')
    } else if (i >= cueEnd) {
      if (profile.reporter === 'patient' && FIRST_PERSON.has(t.word)) state = 'patient'
      if (profile.reporter === 'caregiver' && isPatientWord(t.word, language, profile)) state = 'patient'
    }
    return state
  })
}

/** How each hit is meant (ConText: negation, certainty, experiencer, time, hypothesis), from the cues around it. */
export const contexts = (
  tokens: readonly Token[],
  hits: readonly TermHit[],
  allCues: readonly CueHit[],
  language: Language,
  profile: Profile,
  lexicon: LexiconIndex,
): Context[] => {
  const inTerm = new Set<number>()
  for (const h of hits) if (!h.corrected) for (let i = h.first; i < h.end; i++) if (!h.inner.includes(i)) inTerm.add(i)
  const free = allCues.filter((c) => {
    // "A heart attack years ago" is one term, and still tells when the rest of the clause was.
    if (c.kind === 'postNegation' || c.kind === 'past') return true
    for (let i = c.first; i < c.end; i++) if (inTerm.has(i) && c.end - c.first < 3) return false
    return true
  })
  const of = (kind: CueHit['kind']): CueHit[] => free.filter((c) => c.kind === kind)

  const masked = new Set<number>()
  for (const c of [...of('pseudoNegation'), ...of('uncertainty'), ...of('hypothetical')])
    for (let i = c.first; i < c.end; i++) masked.add(i)
  const terminators = new Set<number>()
  for (const c of of('terminators')) for (let i = c.first; i < c.end; i++) if (!inTerm.has(i)) terminators.add(i)
  const closed = (i: number): boolean => terminators.has(i)

  const negated = negatedHits(tokens, hits, language, {
    negations: of('negation').filter((c) => !masked.has(c.first)),
    posts: of('postNegation'),
    returns: of('current').filter((c) => tokens.slice(c.first, c.end).some((t) => COMES_BACK.has(t.word))),
    closed,
    escalates: (code) => lexicon.entries.get(code)?.escalate !== undefined,
  })

  const { sentence, clause } = clauses(tokens, closed)
  const uncertain = new Set(of('uncertainty').map((c) => clause[c.first]))
  const hypothetical = of('hypothetical')
  const others = new Map<number, CueHit>()
  for (const c of of('otherPerson')) if (!others.has(c.first)) others.set(c.first, c)
  const who = experiencers(tokens, others, language, profile)

  const past = new Set<number>()
  const mentionClauses = (s: number | undefined): number[] =>
    [...new Set(hits.filter((h) => sentence[h.first] === s).map((h) => clause[h.first] ?? 0))].sort((a, b) => a - b)
  for (const c of of('past')) {
    const own = clause[c.first] ?? 0
    const inSentence = mentionClauses(sentence[c.first])
    const opens = tokens.findIndex((_, i) => sentence[i] === sentence[c.first]) >= c.first - 1
    const target = inSentence.includes(own)
      ? own
      : opens
        ? inSentence.find((n) => n > own)
        : (inSentence.findLast((n) => n < own) ?? inSentence.find((n) => n > own))
    if (target !== undefined) past.add(target)
  }
  for (const c of of('current')) {
    if (SAYS_NO_MORE.has(tokens[c.first - 1]?.word ?? '')) continue
    const own = clause[c.first] ?? 0
    const inSentence = mentionClauses(sentence[c.first])
    const target = inSentence.includes(own) ? own : inSentence.findLast((n) => n < own)
    if (target !== undefined) past.delete(target)
  }

  // "My boyfriend choked me": the other person is in it, and it is the patient who suffers it.
  const suffers = (h: TermHit): boolean =>
    profile.reporter === 'patient' && h.end - h.first > 1 && ['me', 'myself'].includes(tokens[h.end - 1]?.word ?? '')

  return hits.map((h, n) => ({
    polarity: negated.has(n) ? 'negated' : 'affirmed',
    certainty: uncertain.has(clause[h.first]) ? 'uncertain' : 'certain',
    experiencer: suffers(h) ? 'patient' : (who[h.first] ?? 'patient'),
    time: past.has(clause[h.first] ?? 0) ? 'past' : 'current',
    hypothetical: hypothetical.some((c) => {
      if (h.first < c.end || h.first - c.end > HYPOTHETICAL_REACH) return false
      for (let i = c.end; i <= h.first; i++) if (tokens[i]?.before !== 'none' || (closed(i) && i < h.first)) return false
      return true
    }),
  }))
}
