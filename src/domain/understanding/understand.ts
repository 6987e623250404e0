import type { Finding, FindingCode, Quote } from '#contracts/clinical/finding.ts'
import type { Language } from '#contracts/clinical/language.ts'
import type { Profile } from '#contracts/clinical/profile.ts'
import type { Cues, LexiconEntry } from '#contracts/content/lexicon.ts'
import type { NarrativeReading, ToldFinding } from '#contracts/workers/understanding.ts'
import { type CueIndex, compileCues, findCues } from './cues.ts'
import { FOUND_FROM, POSSIBLE_FROM } from './encoder/thresholds.ts'
import { compileLexicon, type LexiconIndex, matchTerms, type TermHit } from './lexicon-index.ts'
import { readMeasures } from './measures.ts'
import { contexts } from './scope.ts'
import { looksLike, settleHits } from './settle-hits.ts'
import { fold } from './text/fold.ts'
import { tokenise } from './text/tokens.ts'
import type { Mention, Story, Understanding } from './types.ts'

export type UnderstandInput = {
  /** The patient's own words, unaltered. */
  words: string
  language: Language
  profile: Profile
  /** Entries as authored, or the index made of them. Entries are compiled once and remembered. */
  lexicon: readonly LexiconEntry[] | LexiconIndex
  cues: Cues
  /** What the narrative encoder made of the same words; without it the lexicon reads alone. */
  reading?: NarrativeReading | undefined
}

// Compiling is pure, so remembering its result by identity changes nothing but the time.
const lexicons = new WeakMap<readonly LexiconEntry[], LexiconIndex>()
const cueSets = new WeakMap<Cues, CueIndex>()

/** The compiled form of a lexicon, made at most once for each array. */
export const lexiconIndexOf = (lexicon: UnderstandInput['lexicon']): LexiconIndex => {
  if (!('length' in lexicon)) return lexicon
  const known = lexicons.get(lexicon) ?? compileLexicon(lexicon)
  lexicons.set(lexicon, known)
  return known
}
const cueIndexOf = (cues: Cues): CueIndex => {
  const known = cueSets.get(cues) ?? compileCues(cues)
  cueSets.set(cues, known)
  return known
}

const FEVER_C = 38
/** A measured temperature below this denies a fever that nobody speaks of. */
const NO_FEVER_C = 37.5
/** "No temp", "temperature is normal": "temp" alone is a number to come, so it is no term of the lexicon. */
const NO_FEVER: Readonly<Record<Language, RegExp>> = {
  en: /\b(?:no|not any|without a?|havent got a|hasnt got a|haven't got a|hasn't got a|dont have a|don't have a) ?(?:high |raised )?temp(?:erature)?\b|\btemp(?:erature)? (?:is |was |has been |all )?(?:fine|normal|ok|okay)\b/,
  es: /\b(?:no (?:tengo|tiene|hay)|sin) (?:nada de )?temperatura\b|\btemperatura normal\b/,
}
const QUOTE_LIMIT = 600
const mentionsIn = (input: UnderstandInput, language: Language, index: LexiconIndex): Mention[] => {
  const tokens = tokenise(fold(input.words), language)
  const cues = findCues(tokens, language, cueIndexOf(input.cues))
  const terminators = new Set(cues.filter((c) => c.kind === 'terminators').flatMap((c) => [c.first, c.end - 1]))
  const hits = settleHits(
    tokens,
    matchTerms(tokens, language, index, (i) => terminators.has(i)),
  )
  const how = contexts(tokens, hits, cues, language, input.profile, index)
  const own = hits.map((h) => {
    const words: number[] = []
    for (let i = h.first; i < h.end; i++) if (!h.inner.includes(i)) words.push(i)
    return words
  })
  const kind = (h: TermHit): string | undefined => index.entries.get(h.code)?.kind
  const within = (n: number, m: number): boolean => {
    const [a, b] = [hits[n], hits[m]]
    if (!a || !b || a.code === b.code || (b.corrected && !a.corrected)) return false
    if (a.first < b.first || a.end > b.end || a.end - a.first >= b.end - b.first) return false
    // What is named exactly is not "other" as well; and "no chest pain" denies chest pain, not every pain.
    if (a.code.endsWith('-other') || how[n]?.polarity === 'negated') return true
    // The longer wording says what is meant ("cannot breathe through my nose"). Circumstance hides nothing.
    return kind(b) !== 'context' && (own[n] ?? []).every((i) => own[m]?.includes(i))
  }
  return hits.flatMap((hit, n): Mention[] => {
    const context = how[n]
    const start = tokens[hit.first]?.start ?? 0
    const end = tokens[hit.end - 1]?.end ?? start
    if (!context || hits.some((_, m) => within(n, m)) || end <= start || end - start > QUOTE_LIMIT) return []
    return [{ code: hit.code, quote: quoteOf(input.words, start, end), ...context, corrected: hit.corrected, learnt: false }]
  })
}

const quoteOf = (words: string, start: number, end: number): Quote => ({ text: words.slice(start, end), start, end })

const toldBy = ({ reading }: UnderstandInput, index: LexiconIndex): readonly ToldFinding[] =>
  (reading?.told ?? []).filter((t) => index.entries.has(t.code) && t.end > t.start && t.end - t.start <= QUOTE_LIMIT)

/** What the encoder is sure of. It has read the whole story: what is denied, past or somebody else's it leaves out itself. */
const encoderMentions = (input: UnderstandInput, index: LexiconIndex): Mention[] =>
  toldBy(input, index)
    .filter((t) => t.probability >= FOUND_FROM)
    .map(({ code, start, end }) => ({
      code,
      quote: quoteOf(input.words, start, end),
      polarity: 'affirmed',
      certainty: 'certain',
      experiencer: 'patient',
      time: 'current',
      hypothetical: false,
      corrected: false,
      learnt: true,
    }))

/** What lexicon and encoder disagree on, and what the encoder takes for possible where the words say nothing else of it. */
const possibleFindings = (
  input: UnderstandInput,
  index: LexiconIndex,
  known: readonly Finding[],
  disputed: ReadonlyMap<FindingCode, Quote>,
): Finding[] => [
  ...[...disputed].map(([code, quote]): Finding => ({ code, status: 'present', source: 'narrative', quote })),
  ...toldBy(input, index)
    .filter((t) => t.probability >= POSSIBLE_FROM && !disputed.has(t.code) && !known.some((f) => f.code === t.code))
    .map(
      ({ code, start, end }): Finding => ({ code, status: 'present', source: 'model', quote: quoteOf(input.words, start, end) }),
    ),
]

/**
 * Reads findings, numbers and age out of free text. Every quote satisfies `text === words.slice(start, end)`.
 * Text that looks like the other language is read in it when nothing is found in the chosen one. Never fails: unknown words say nothing.
 */
export const understand = (input: UnderstandInput): Understanding => {
  const index = lexiconIndexOf(input.lexicon)
  let language = input.language
  let mentions = mentionsIn(input, language, index)
  if (mentions.length === 0) {
    const other: Language = language === 'en' ? 'es' : 'en'
    const found = looksLike(tokenise(fold(input.words), other), other, language) ? mentionsIn(input, other, index) : []
    if (found.length > 0) {
      language = other
      mentions = found
    }
  }
  mentions = [...mentions, ...encoderMentions(input, index)]
  const { measures, age } = readMeasures(input.words, language, input.profile)
  const { findings, conflicts, disputed } = settle(mentions, index, new Set(input.reading?.unseen))
  const temperature = measures.find((m) => m.name === 'temperature_c')
  if (
    temperature?.quote &&
    temperature.value >= FEVER_C &&
    index.entries.has('fever') &&
    !findings.some((f) => f.code === 'fever' && f.status === 'present')
  ) {
    const open = findings.findIndex((f) => f.code === 'fever')
    if (open >= 0) findings.splice(open, 1)
    findings.push({ code: 'fever', status: 'present', source: 'narrative', quote: temperature.quote })
  }
  const denial = temperature && temperature.value < NO_FEVER_C ? temperature.quote : noFever(input.words, language)
  // Where the words deny it and the encoder sees it ("normal this morning, now burning up") it is open, and shown to be confirmed.
  const fever = findings.findIndex((f) => f.code === 'fever')
  const seen = findings[fever]
  if (denial && index.entries.has('fever') && (seen === undefined || seen.source === 'model')) {
    if (seen) findings.splice(fever, 1)
    if (seen?.quote) disputed.set('fever', seen.quote)
    findings.push({ code: 'fever', status: seen ? 'unknown' : 'absent', source: 'narrative', quote: denial })
  }
  return {
    findings,
    possible: possibleFindings(input, index, findings, disputed),
    mentions,
    measures,
    conflicts,
    story: storyOf(input.reading, input.words),
    ...(age ? { age } : {}),
  }
}

/** What a reading makes of the story as a whole; null where there is none, or it was asked for findings alone. */
export const storyOf = (reading: NarrativeReading | null | undefined, words: string): Story | null =>
  reading?.level
    ? {
        encoder: reading.encoder,
        words: words.match(/\p{L}{2,}/gu)?.length ?? 0,
        level: reading.level,
        complaints: reading.complaints,
      }
    : null

const noFever = (words: string, language: Language): Quote | undefined => {
  const folded = fold(words)
  const found = NO_FEVER[language].exec(folded.text)
  if (!found) return undefined
  const start = folded.start[found.index] ?? 0
  const end = folded.end[found.index + found[0].length - 1] ?? start
  return { text: words.slice(start, end), start, end }
}

/**
 * Mentions to findings: one a code, present beats absent, an unsure denial is unknown, implications follow. What the
 * lexicon reads as denied and only the encoder as told, or the lexicon as told and the encoder sees nowhere, is unknown: to be
 * asked, not guessed. Those are `disputed`.
 */
const settle = (
  mentions: readonly Mention[],
  index: LexiconIndex,
  unseen: ReadonlySet<FindingCode>,
): { findings: Finding[]; conflicts: FindingCode[]; disputed: Map<FindingCode, Quote> } => {
  const counts = mentions.filter((m) => {
    const lasting = index.entries.get(m.code)?.kind === 'history'
    return m.experiencer === 'patient' && !m.hypothetical && (m.time === 'current' || lasting)
  })
  const first = (test: (m: Mention) => boolean): Map<FindingCode, Quote> =>
    new Map(
      counts
        .filter(test)
        .reverse()
        .map((m) => [m.code, m.quote]),
    )
  const told = first((m) => m.polarity === 'affirmed' && !m.learnt && !unseen.has(m.code))
  const doubted = first((m) => m.polarity === 'affirmed' && !m.learnt && unseen.has(m.code))
  const learnt = first((m) => m.polarity === 'affirmed' && m.learnt && !told.has(m.code))
  const absent = first((m) => m.polarity === 'negated' && m.certainty === 'certain')
  const unsure = first((m) => m.polarity === 'negated' && m.certainty === 'uncertain')
  const disputed = [...learnt].filter(([code]) => absent.has(code))

  type Source = Extract<Finding['source'], 'narrative' | 'model'>
  const present = new Map<FindingCode, { quote: Quote; source: Source }>()
  for (const [code, quote] of told) present.set(code, { quote, source: 'narrative' })
  for (const [code, quote] of learnt) if (!absent.has(code)) present.set(code, { quote, source: 'model' })
  const queue = [...present.keys()]
  for (let code = queue.pop(); code !== undefined; code = queue.pop())
    for (const implied of index.entries.get(code)?.implies ?? []) {
      const because = present.get(code)
      if (present.has(implied) || !because) continue
      present.set(implied, because)
      queue.push(implied)
    }
  const open = new Map([...unsure, ...disputed, ...doubted])
  const rest = (codes: ReadonlyMap<FindingCode, Quote>, status: 'absent' | 'unknown', not: ReadonlyMap<FindingCode, unknown>) =>
    [...codes]
      .filter(([code]) => !present.has(code) && !not.has(code))
      .map(([code, quote]): Finding => ({ code, status, source: 'narrative', quote }))
  return {
    findings: [
      ...[...present].map(([code, { quote, source }]): Finding => ({ code, status: 'present', source, quote })),
      ...rest(absent, 'absent', open),
      ...rest(open, 'unknown', new Map()),
    ],
    disputed: new Map([...disputed, ...doubted].filter(([code]) => !present.has(code))),
    conflicts: [...absent.keys()].filter((code) => present.has(code) || learnt.has(code)),
  }
}
