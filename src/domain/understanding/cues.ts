import type { Language } from '#contracts/clinical/language.ts'
import type { Cues } from '#contracts/content/lexicon.ts'
import { phraseWords, type Token } from './text/tokens.ts'

export type CueKind = keyof Cues['en']
type CuePattern = { kind: CueKind; words: string[] }

/** A cue among the tokens: `[first, end)`. */
export type CueHit = { kind: CueKind; first: number; end: number }

export type CueIndex = Readonly<Record<Language, { byFirst: Map<string, CuePattern[]>; byPrefix: CuePattern[] }>>

const compileLanguage = (cues: Cues['en']) => {
  const byFirst = new Map<string, CuePattern[]>()
  const byPrefix: CuePattern[] = []
  for (const kind of Object.keys(cues) as CueKind[])
    for (const phrase of cues[kind] ?? []) {
      const words = phraseWords(phrase)
      const first = words[0]
      if (first === undefined) continue
      const pattern = { kind, words }
      if (first.endsWith('*')) byPrefix.push(pattern)
      else byFirst.set(first, [...(byFirst.get(first) ?? []), pattern])
    }
  return { byFirst, byPrefix }
}

export const compileCues = (cues: Cues): CueIndex => ({ en: compileLanguage(cues.en), es: compileLanguage(cues.es) })

const fits = (word: string, pattern: string): boolean =>
  pattern.endsWith('*') ? word.startsWith(pattern.slice(0, -1)) : word === pattern

/** End of the cue that begins at `first`, or -1. `...` reaches over any words of the sentence. */
const endOf = (tokens: readonly Token[], first: number, words: readonly string[]): number => {
  let at = first
  let open = false
  for (const [n, w] of words.entries()) {
    if (w === '...') {
      open = true
      continue
    }
    for (;;) {
      const token = tokens[at]
      if (!token || (n > 0 && token.before === 'hard')) return -1
      if (fits(token.word, w)) break
      if (!open) return -1
      at++
    }
    open = false
    at++
  }
  return at
}

/** Every cue among the tokens, longest first at each place. */
export const findCues = (tokens: readonly Token[], language: Language, index: CueIndex): CueHit[] => {
  const { byFirst, byPrefix } = index[language]
  const hits: CueHit[] = []
  tokens.forEach((token, first) => {
    const here: CueHit[] = []
    for (const pattern of [...(byFirst.get(token.word) ?? []), ...byPrefix]) {
      const end = endOf(tokens, first, pattern.words)
      if (end > 0) here.push({ kind: pattern.kind, first, end })
    }
    hits.push(...here.sort((a, b) => b.end - a.end))
  })
  return hits
}
