import type { EvaluationCase } from '#contracts/evaluation/case.ts'
import type { LabelledQuery } from '#contracts/evaluation/retrieval-query.ts'
import type { RetrievalQuery, RetrievedPassage } from '#contracts/workers/retrieval.ts'
import { type AssessContent, retrievalQuery } from '#domain/assessment/assess.ts'
import { PROMPT_LIMITS } from '#domain/assessment/prompt.ts'
import { settledFindings } from '#domain/intake/packet-draft.ts'
import type { HybridIndex } from '#workers/retrieval/hybrid-index.ts'
import { type Ranked, type RankingSummary, summarizeRanking } from '../metrics/ranking.ts'
import { playCase, type ReadNarrative } from '../play-case.ts'

/**
 * How the index is asked: by the words alone, by the words with the right complaint first, or as the kiosk asks it.
 */
const ASKED = ['words, all passages', 'words, complaint known', 'as the app asks'] as const
/** More than words can gain, so that a confirmed complaint comes before all others. */
const CONFIRMED = 10
const NOTHING = { protocols: {}, sections: {} }
const SYSTEMS = ['lexical', 'dense', 'hybrid'] as const
/** Passages of the fired rules stand first in the prompt, at most this many (`domain/assessment/input.ts`). */
const MOST_CITED = PROMPT_LIMITS.passages - 1
type System = (typeof SYSTEMS)[number]

export type RetrievalRow = {
  asked: (typeof ASKED)[number]
  /** `prompt`: what the fired rules cite, then the hybrid list, as the model gets it. */
  system: System | 'prompt'
  language: 'all' | 'en' | 'es'
  summary: RankingSummary
}
export type RetrievalStudy = {
  rows: RetrievalRow[]
  /** Queries for which no protocol that the app names has a relevant passage. */
  unnamed: string[]
  /** Queries whose first five, as the app asks, hold no relevant passage. */
  missed: string[]
}

/** A query told as a case that nobody answers questions about. */
const asCase = (q: LabelledQuery): EvaluationCase => ({
  id: q.id,
  language: q.language,
  reporter: q.reporter,
  ...(q.age ? { age: q.age } : {}),
  sex: q.sex,
  narrative: q.query,
  answers: [],
  gold: { triage: ['low'] },
})

/** What the kiosk would send once it has read these words, and what the rules that fire cite. */
const asAppAsks = async (
  q: LabelledQuery,
  content: AssessContent,
  read: ReadNarrative | undefined,
): Promise<{ query: RetrievalQuery; named: string[]; cited: string[] }> => {
  const played = await playCase(asCase(q), { ...content.bundle, read })
  const { profile, facts, floor, protocols } = played
  const session = { profile, findings: settledFindings(played), facts, floor, protocols, words: q.query }
  const cited = [...new Set(floor.fired.flatMap((r) => r.cite ?? []))].slice(0, MOST_CITED)
  return {
    query: retrievalQuery(session, content.lexicon),
    named: protocols.map((p) => p.id),
    cited,
  }
}

/** One list a system, from the ranks of one query for everything. */
const lists = (found: readonly RetrievedPassage[]): Record<System, string[]> => {
  const by = (rank: (r: RetrievedPassage) => number | null): string[] =>
    found
      .filter((r) => rank(r) !== null)
      .sort((a, b) => (rank(a) ?? 0) - (rank(b) ?? 0))
      .map((r) => r.passage.id)
  return { lexical: by((r) => r.lexicalRank), dense: by((r) => r.denseRank), hybrid: found.map((r) => r.passage.id) }
}

/** Every query, asked in every way, through the index the page uses. `tick` is called after each. */
export const retrieval = async (
  queries: readonly LabelledQuery[],
  index: HybridIndex,
  content: AssessContent,
  read: ReadNarrative | undefined,
  tick: () => void,
): Promise<RetrievalStudy> => {
  const told: { q: LabelledQuery; ranked: Record<string, Ranked> }[] = []
  const unnamed: string[] = []
  for (const q of queries) {
    const { query: app, named, cited } = await asAppAsks(q, content, read)
    const own = q.relevant.flatMap((id) => content.passages.get(id) ?? []).filter((p) => p.guidelineId === q.family)
    const known = [...new Set(own.flatMap((p) => p.protocols))]
    const words = { texts: [q.query], k: index.size }
    const ask: Record<(typeof ASKED)[number], RetrievalQuery> = {
      'words, all passages': { ...words, prefer: NOTHING },
      'words, complaint known': {
        ...words,
        prefer: { protocols: Object.fromEntries(known.map((p) => [p, CONFIRMED])), sections: {} },
      },
      'as the app asks': { ...app, k: index.size },
    }
    const ranked: Record<string, Ranked> = {}
    for (const asked of ASKED) {
      const found = lists(await index.query(ask[asked]))
      // The arms alone know of no preference: with the complaint first they find what they find without.
      const systems = asked === 'words, complaint known' ? (['hybrid'] as const) : SYSTEMS
      for (const system of systems) ranked[`${asked} ${system}`] = { ids: found[system], relevant: q.relevant }
      if (asked === 'as the app asks')
        ranked[`${asked} prompt`] = { ids: [...new Set([...cited, ...found.hybrid])], relevant: q.relevant }
    }
    if (!q.relevant.some((id) => content.passages.get(id)?.protocols.some((p) => named.includes(p)))) unnamed.push(q.id)
    told.push({ q, ranked })
    tick()
  }
  const rows = ASKED.flatMap((asked) =>
    ([...SYSTEMS, 'prompt'] as const).flatMap((system) =>
      (['all', 'en', 'es'] as const).flatMap((language): RetrievalRow[] => {
        const mine = told.filter((t) => language === 'all' || t.q.language === language)
        const ranked = mine.flatMap((t) => t.ranked[`${asked} ${system}`] ?? [])
        return ranked.length > 0 ? [{ asked, system, language, summary: summarizeRanking(ranked) }] : []
      }),
    ),
  )
  const hit = (r: Ranked | undefined): boolean => r?.ids.slice(0, 5).some((id) => r.relevant.includes(id)) ?? false
  const missed = told.filter((t) => !hit(t.ranked['as the app asks hybrid'])).map((t) => t.q.id)
  return { rows, unnamed, missed }
}
