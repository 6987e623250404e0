import type { LayWords } from '#contracts/content/lay-words.ts'
import type { LexiconEntry } from '#contracts/content/lexicon.ts'
import type { Protocol } from '#contracts/content/protocol.ts'

/** Lay terms a finding brings, per language. More of them find little more and make the file large. */
const TERMS = 12

type Said = { en: string; es: string }
type Citing = { cite?: string | undefined; when?: unknown; said: Said }

const citing = (p: Protocol): Citing[] => [
  ...[...p.redFlags, ...p.levels, ...p.modifiers].map((r) => ({ cite: r.cite, when: r.when, said: r.reason })),
  ...[...p.considerations, ...p.actions].map((r) => ({ cite: r.cite, when: r.when, said: r.text })),
  ...[...p.selfCare, ...p.safetyNet].map((a) => ({ cite: a.cite, said: a.text })),
]

/** Codes that a condition wants present; what must be absent, and measures, are left out. */
const presentCodes = (when: unknown): string[] => {
  if (typeof when === 'string') return [when]
  if (typeof when !== 'object' || when === null) return []
  const { all, any } = when as { all?: unknown[]; any?: unknown[] }
  return [...(all ?? []), ...(any ?? [])].flatMap(presentCodes)
}

const isPlain = (term: string): boolean => !/[|+@]/.test(term)

/** Words by which people may ask for each passage that a protocol cites (document expansion, Nogueira 2019, by rule not model). */
export const layWords = (
  protocols: readonly Protocol[],
  lexicon: readonly LexiconEntry[],
  asks: Readonly<Record<string, readonly string[]>>,
): Record<string, LayWords> => {
  const byCode = new Map(lexicon.map((e) => [e.code, e]))
  const rules = new Map<string, Citing[]>()
  for (const rule of protocols.flatMap(citing)) {
    if (rule.cite !== undefined) rules.set(rule.cite, [...(rules.get(rule.cite) ?? []), rule])
  }
  const terms = (e: LexiconEntry, language: 'en' | 'es'): string[] => [
    e.label[language],
    ...e.terms[language]
      .filter(isPlain)
      .slice(0, TERMS)
      .map((t) => t.replaceAll('*', '')),
  ]
  return Object.fromEntries(
    [...new Set([...rules.keys(), ...Object.keys(asks)])].map((id) => {
      const cited = rules.get(id) ?? []
      const entries = [...new Set(cited.flatMap((r) => presentCodes(r.when)))].flatMap((code) => byCode.get(code) ?? [])
      const said = (language: 'en' | 'es'): string[] => [...new Set(cited.map((r) => r.said[language]))]
      return [
        id,
        {
          reasons: said('en').join(' '),
          words: entries.flatMap((e) => terms(e, 'en')).join(', '),
          spanish: [...said('es'), ...entries.flatMap((e) => terms(e, 'es'))].join(', '),
          asks: [...(asks[id] ?? [])],
        },
      ]
    }),
  )
}
