import type { FindingCode } from '#contracts/clinical/finding.ts'
import type { Language } from '#contracts/clinical/language.ts'
import type { LexiconEntry } from '#contracts/content/lexicon.ts'
import { EMPTY_WORDS, FILLERS, LINK_WORDS, LINKS_OR_OWNERS } from './text/function-words.ts'
import { stem } from './text/stem.ts'
import { ANY_NUMBER, isNumberWord, phraseWords, type Token } from './text/tokens.ts'
import { compileTypos, corrections, type TypoIndex } from './text/typo.ts'

/** One place in a term. `alternatives` serve as well as the first word (`took|taken|swallowed`). */
type TermWord = { word: string; stem: string; prefix: boolean; needsLink: boolean; alternatives: readonly string[] }
type Term = { code: FindingCode; words: TermWord[]; spelt: string[] }

type LanguageIndex = { byStem: Map<string, Term[]>; byPrefix: Term[]; vocabulary: Set<string>; typos: TypoIndex }

/** Terms of a lexicon, ready to match; made once by {@link compileLexicon}. */
export type LexiconIndex = {
  entries: ReadonlyMap<FindingCode, LexiconEntry>
  en: LanguageIndex
  es: LanguageIndex
}

/** Where a term stands among the tokens: `[first, end)`. `inner` lists filler positions inside it. */
export type TermHit = { code: FindingCode; first: number; end: number; inner: number[]; corrected: boolean }

/** Most words between the words of one term, and how many of them may be other than fillers. */
const MAX_GAP = 6
const MAX_OTHER = 1
const DENIALS = new Set(['not', 'no', 'never', 'without', 'sin', 'nunca', 'ni'])

const compileTerm = (code: FindingCode, term: string, language: Language): Term | null => {
  const raw = phraseWords(term)
  const kept = raw.filter((w) => !EMPTY_WORDS[language].has(w) && !LINK_WORDS[language].has(w))
  const drop = kept.length >= 2
  const words: TermWord[] = []
  const spelt: string[] = []
  let linked = false
  for (const w of raw) {
    if (drop && EMPTY_WORDS[language].has(w)) continue
    if (drop && LINK_WORDS[language].has(w)) {
      linked = words.length > 0
      continue
    }
    const choices = w.split('|')
    const prefix = choices.length === 1 && w.endsWith('*')
    const word = prefix ? w.slice(0, -1) : (choices[0] ?? '')
    if (word === '') continue
    words.push({
      word,
      stem: prefix ? word : stem(word, language),
      prefix,
      needsLink: linked && language === 'en',
      alternatives: choices.slice(1).map((c) => stem(c, language)),
    })
    for (const c of prefix ? [] : choices) spelt.push(c)
    linked = false
  }
  return words.length === 0 ? null : { code, words, spelt }
}

const listAt = (map: Map<string, Term[]>, key: string): Term[] => {
  const list = map.get(key) ?? []
  map.set(key, list)
  return list
}

const compileLanguage = (entries: readonly LexiconEntry[], language: Language): LanguageIndex => {
  const byStem = new Map<string, Term[]>()
  const byPrefix: Term[] = []
  const vocabulary = new Set<string>()
  for (const entry of entries) {
    const seen = new Set<string>()
    for (const text of entry.terms[language]) {
      const term = compileTerm(entry.code, text, language)
      const first = term?.words[0]
      if (!term || !first) continue
      const key = term.words
        .map((w) => (w.prefix ? `${w.word}*` : [w.stem, ...w.alternatives].join('|')) + (w.needsLink ? '~' : ''))
        .join(' ')
      if (seen.has(key)) continue
      seen.add(key)
      for (const word of term.spelt) vocabulary.add(word)
      if (first.prefix) byPrefix.push(term)
      else for (const s of new Set([first.stem, ...first.alternatives])) listAt(byStem, s).push(term)
    }
  }
  return { byStem, byPrefix, vocabulary, typos: compileTypos(vocabulary) }
}

/** Builds the index once per content bundle; pure, some milliseconds for 600 terms. */
export const compileLexicon = (lexicon: readonly LexiconEntry[]): LexiconIndex => ({
  entries: new Map(lexicon.map((e) => [e.code, e])),
  en: compileLanguage(lexicon, 'en'),
  es: compileLanguage(lexicon, 'es'),
})

/** Every term found among the tokens. `closed(i)` says that no term may run over token i as a filler (terminators). */
export const matchTerms = (
  tokens: readonly Token[],
  language: Language,
  index: LexiconIndex,
  closed: (i: number) => boolean,
): TermHit[] => {
  const { byStem, byPrefix, vocabulary, typos } = index[language]
  const fixes = tokens.map((t): readonly string[] =>
    vocabulary.has(t.word) || byStem.has(t.stem) ? [] : corrections(t.word, typos).map((w) => stem(w, language)),
  )
  const fits = (i: number, w: TermWord): 'yes' | 'corrected' | 'no' => {
    const token = tokens[i]
    if (!token) return 'no'
    if (w.prefix) return token.word.startsWith(w.word) ? 'yes' : 'no'
    if (token.word === w.word || token.stem === w.stem || w.alternatives.includes(token.stem)) return 'yes'
    if (isNumberWord(token.word) && (w.word === ANY_NUMBER || w.alternatives.includes(ANY_NUMBER))) return 'yes'
    return fixes[i]?.some((f) => f === w.stem || w.alternatives.includes(f)) ? 'corrected' : 'no'
  }
  const hits = new Map<string, TermHit>()
  const tryTerm = (term: Term, first: number): void => {
    const hit = extend(term, first)
    if (!hit) return
    const key = `${hit.code} ${hit.first}`
    const known = hits.get(key)
    const tighter = known?.end === hit.end && known.corrected === hit.corrected && hit.inner.length < known.inner.length
    if (!known || (known.corrected && !hit.corrected) || hit.end > known.end || tighter) hits.set(key, hit)
  }
  const extend = (term: Term, first: number): TermHit | null => {
    const inner: number[] = []
    let other = 0
    let at = first
    let corrected = false
    for (const [n, w] of term.words.entries()) {
      let link = !w.needsLink
      if (n > 0) {
        at++
        for (;;) {
          const token = tokens[at]
          if (!token || token.before === 'hard') return null
          if (link && fits(at, w) !== 'no') break
          if (token.before === 'soft' || closed(at) || inner.length >= MAX_GAP) return null
          if (LINKS_OR_OWNERS.has(token.word)) link = true
          // "don't smoke or drink" is not "not drinking": a denial inside a term stands next to what it denies.
          if (!FILLERS[language].has(token.word) && (++other > MAX_OTHER || DENIALS.has(term.words[n - 1]?.word ?? '')))
            return null
          inner.push(at)
          at++
        }
        if (tokens[at]?.before === 'soft' && inner.length > 0) return null
      }
      const how = fits(at, w)
      if (how === 'no') return null
      if (how === 'corrected') corrected = true
    }
    return { code: term.code, first, end: at + 1, inner, corrected }
  }
  tokens.forEach((token, i) => {
    const stems = fixes[i]?.length ? [token.stem, ...(fixes[i] ?? [])] : [token.stem]
    if (isNumberWord(token.word)) for (const term of byStem.get(ANY_NUMBER) ?? []) tryTerm(term, i)
    for (const s of stems) for (const term of byStem.get(s) ?? []) tryTerm(term, i)
    for (const term of byPrefix) if (token.word.startsWith(term.words[0]?.word ?? '\u0000')) tryTerm(term, i)
  })
  return [...hits.values()].sort((a, b) => a.first - b.first || a.end - b.end || (a.code < b.code ? -1 : 1))
}
