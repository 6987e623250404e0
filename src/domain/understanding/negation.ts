import type { Language } from '#contracts/clinical/language.ts'
import type { CueHit } from './cues.ts'
import type { TermHit } from './lexicon-index.ts'
import type { Token } from './text/tokens.ts'

const set = (words: string): ReadonlySet<string> => new Set(words.split(/\s+/))

/** Words that may stand between a negation and what it denies. Anything else ends its reach ("not well chest pain"). */
const BRIDGE: Readonly<Record<Language, ReadonlySet<string>>> = {
  en: set(
    'have has had having been be being any a an the feel feels feeling felt get gets getting got experience experienced experiencing ' +
      'notice noticed noticing see seen really in on of my his her their our think i he she they it is are was there to do does did ' +
      'sign signs symptom symptoms evidence history new more much bad severe significant obvious visible serious major other further ' +
      'real currently also suffer suffering from actual associated unusual recent currently at all like kind sort no not nor or any ' +
      'complain complaining complains report reports current even hurt hurts hurting thought thoughts thinking about want wanted wanting ' +
      'plan plans planning intend intention tried trying idea ideas go goes going gone went come comes came turn turned become became lose lost',
  ),
  es: set(
    'tengo tiene tienen tenia tuve tuvo tenido tener teniendo he ha han hay habia hubo me le les se te lo la el los las un una unos unas ' +
      'siento siente sentido sentir da dan dado de del en mi mis su sus ni ningun ninguna ninguno nada mucho mucha muchos muchas tanto ' +
      'tanta mas otro otra otros signos senales sintomas presento presenta ha notado noto nota nuevo nueva fuerte actualmente tampoco estoy esta con pensado pensando pienso ' +
      'pensamientos ideas quiero quiere querido intentado planes plan',
  ),
}
const CONNECTORS: Readonly<Record<Language, ReadonlySet<string>>> = {
  en: set('or nor and plus'),
  es: set('o u ni y e'),
}
const SOFT_CONNECTORS = set('and plus y e')
const ARTICLES = set('any a an the no not of feel have un una el la los las de tengo tiene ningun ninguna')
/** A clause of its own begins here, so a list of denied things is over. */
export const RESUME: ReadonlySet<string> = set(
  'i im ive my me now he she it its then today also just only still started since have has had feel felt is are was ' +
    'yo mi me mis ahora ella entonces hoy solo tengo tiene siento siente estoy esta desde le',
)
const ANSWERS = set('no none nope not nada ninguno ninguna negativo negative')
const DENIES = set('not no never ni nunca sin without')
const REACH = 7
const POST_REACH = 3

/** Hits (by position in `hits`) that the words deny, with the cues that are not part of a term or of a look-alike. */
export const negatedHits = (
  tokens: readonly Token[],
  hits: readonly TermHit[],
  language: Language,
  cues: {
    negations: readonly CueHit[]
    posts: readonly CueHit[]
    returns: readonly CueHit[]
    closed: (i: number) => boolean
    escalates: (code: string) => boolean
  },
): Set<number> => {
  const negated = new Set<number>()
  const startingAt = new Map<number, number[]>()
  hits.forEach((h, n) => {
    startingAt.set(h.first, [...(startingAt.get(h.first) ?? []), n])
  })
  const overlapping = (first: number): { ids: number[]; end: number } => {
    let end = Math.max(...(startingAt.get(first) ?? []).map((n) => hits[n]?.end ?? 0))
    const ids: number[] = []
    hits.forEach((h, n) => {
      if (h.first < first || h.first >= end) return
      ids.push(n)
      end = Math.max(end, h.end)
    })
    return { ids, end }
  }
  const isConnector = (i: number): boolean => CONNECTORS[language].has(tokens[i]?.word ?? '')
  const endsItem = (i: number): boolean => {
    const next = tokens[i]
    return next?.before !== 'none' || isConnector(i) || next.gap.includes('/')
  }

  const firstDenied = (from: number): number => {
    for (let at = from; at < from + REACH; at++) {
      const token = tokens[at]
      if (token?.before !== 'none') return -1
      if (startingAt.has(at)) return at
      if (cues.closed(at) || !BRIDGE[language].has(token.word)) return -1
    }
    return -1
  }

  /** Position of the next item of a denied list, or -1; `strict` when only "and" or a comma joins it. */
  const nextItem = (end: number): { at: number; strict: boolean; bareAnd: boolean } | null => {
    const token = tokens[end]
    if (!token || token.before === 'hard') return null
    let joined = (token.before === 'soft' && /^\s*,\s*$/.test(token.gap)) || token.gap.includes('/')
    if (token.before === 'soft' && !joined) return null
    const comma = joined
    let at = end
    let strict = true
    let bareAnd = false
    while (isConnector(at) && tokens[at]?.before !== 'hard') {
      joined = true
      if (SOFT_CONNECTORS.has(tokens[at]?.word ?? '')) bareAnd = !comma
      else strict = false
      at++
    }
    if (!joined || cues.closed(at)) return null
    while (ARTICLES.has(tokens[at]?.word ?? '') && !startingAt.has(at) && tokens[at]?.before === 'none') at++
    return { at, strict, bareAnd }
  }

  for (const cue of cues.negations) {
    let at = firstDenied(cue.end)
    while (at >= 0) {
      const { ids, end } = overlapping(at)
      for (const n of ids) negated.add(n)
      at = -1
      let from = end
      for (let skipped = 0; skipped < 4; skipped++) {
        const item = nextItem(from)
        if (!item || !tokens[item.at]) break
        if (startingAt.has(item.at)) {
          const next = overlapping(item.at)
          const risky = item.bareAnd && next.ids.some((n) => cues.escalates(hits[n]?.code ?? ''))
          if (!risky && (!item.strict || endsItem(next.end))) at = item.at
          break
        }
        // An item the lexicon does not know: one or two words, then the list goes on.
        let length = 0
        while (length < 3 && tokens[item.at + length] && (length === 0 || !endsItem(item.at + length))) {
          if (RESUME.has(tokens[item.at + length]?.word ?? '') || startingAt.has(item.at + length)) length = 9
          length++
        }
        if (length > 2) break
        from = item.at + length
      }
    }
  }

  for (const cue of cues.posts) {
    const token = tokens[cue.first]
    if (!token) continue
    const answer = cue.end === cue.first + 1 && ANSWERS.has(token.word)
    if (answer && !(/[:?=(\u2013\u2014-]/.test(token.gap) && endsItem(cue.end))) continue
    if (!answer && token.before === 'hard') continue
    // "the fever went away but came back"
    if (cues.returns.some((r) => r.first >= cue.end && r.first <= cue.end + POST_REACH)) continue
    const near = hits.filter((h) => h.end <= cue.first && cue.first - h.end <= (answer ? 0 : POST_REACH))
    const last = Math.max(...near.map((h) => h.end))
    hits.forEach((h, n) => {
      const between = tokens.slice(h.end, cue.first)
      if (h.end === last && between.every((t, i) => t.before === 'none' && !cues.closed(h.end + i) && !DENIES.has(t.word)))
        negated.add(n)
    })
  }

  const denying = new Set(cues.negations.flatMap((c) => Array.from({ length: c.end - c.first }, (_, i) => c.first + i)))
  hits.forEach((h, n) => {
    // "No puedo ni tragar agua": a term that denies something itself is not denied again from inside.
    let denies = false
    for (let i = h.first; i < h.end; i++) if (!h.inner.includes(i) && DENIES.has(tokens[i]?.word ?? '')) denies = true
    if (!denies && h.inner.some((i) => denying.has(i))) negated.add(n)
  })
  return negated
}
