import MiniSearch from 'minisearch'
import type { Passage } from '#contracts/content/guideline.ts'
import type { LayWords } from '#contracts/content/lay-words.ts'
import type { RetrievalPreference, RetrievalQuery, RetrievedPassage } from '#contracts/workers/retrieval.ts'
import type { Embedder } from './embedder.ts'
import { indexTerm } from './terms.ts'
import type { DenseIndex } from './voy.ts'

/** What the dense list counts beside the lexical one; chosen on the tune split (docs/adr/0013). */
const DENSE_WEIGHT = 0.5
/** Place in the dense list at which half of the weight is left. */
const DENSE_HALF = 10

/** Scores of one arm by passage id, from 0 to 1. */
type Scores = ReadonlyMap<string, number>

/** Lexical scores as shares of the best one, so that wordings of any length count alike. */
const lexicalScores = (hits: readonly { id: unknown; score: number }[]): Scores => {
  const best = hits[0]?.score ?? 1
  return new Map(hits.map((h) => [String(h.id), h.score / best]))
}

/** The dense index answers places and no distances: the first counts 1. */
const denseScores = (ids: readonly string[]): Scores => new Map(ids.map((id, i) => [id, 1 / (1 + i / DENSE_HALF)]))

/** Mean over the wordings; a passage that a wording does not find counts 0 there. */
export const meanScores = (lists: readonly Scores[]): Scores => {
  const mean = new Map<string, number>()
  for (const list of lists) for (const [id, s] of list) mean.set(id, (mean.get(id) ?? 0) + s / lists.length)
  return mean
}

type Scored = readonly [id: string, score: number]
const bestFirst = ([a, x]: Scored, [b, y]: Scored): number => y - x || (a < b ? -1 : 1)
const ranksOf = (scores: Scores): ReadonlyMap<string, number> =>
  new Map([...scores].sort(bestFirst).map(([id], i) => [id, i + 1]))

/** What a passage gains by the preference. */
const gain = ({ id, protocols }: Passage, prefer: RetrievalPreference): number =>
  Math.max(0, ...protocols.map((p) => prefer.protocols[p] ?? 0)) + (prefer.sections[id.split('#')[1] ?? ''] ?? 0)

type Entry = Pick<Passage, 'id' | 'heading' | 'text'> & Omit<LayWords, 'asks'> & { asks: string }
export type LayByPassage = Readonly<Record<string, LayWords>>
const NO_LAY_WORDS: LayWords = { reasons: '', words: '', spanish: '', asks: [] }

/** Words of the passages, and the lay words by which they may be asked for, in both languages. */
export const lexicalIndex = (passages: readonly Passage[], lay: LayByPassage): MiniSearch<Entry> => {
  const index = new MiniSearch<Entry>({
    fields: ['heading', 'text', 'reasons', 'words', 'spanish', 'asks'],
    processTerm: indexTerm,
    searchOptions: { boost: { heading: 2 } },
  })
  index.addAll(
    passages.map(({ id, heading, text }) => {
      const { asks, ...said } = lay[id] ?? NO_LAY_WORDS
      return { id, heading, text, ...said, asks: asks.join('\n') }
    }),
  )
  return index
}

export type HybridIndex = {
  query(q: RetrievalQuery): Promise<RetrievedPassage[]>
  passage(id: string): Passage | null
  size: number
}

/** Dense and lexical search over one tier of passages, summed with what the question prefers; no passage is shut out. */
export const hybridIndex = (
  passages: readonly Passage[],
  dense: DenseIndex,
  embedder: Embedder,
  lay: LayByPassage = {},
): HybridIndex => {
  const byId = new Map(passages.map((p) => [p.id, p]))
  const lexical = lexicalIndex(passages, lay)
  return {
    size: passages.length,
    passage: (id) => byId.get(id) ?? null,
    query: async ({ texts, prefer, k }) => {
      const asked = [...new Set(texts)]
      const vectors = await embedder.embed(asked)
      const byMeaning = meanScores(vectors.map((v) => denseScores(dense.search(v, passages.length))))
      const byWords = meanScores(asked.map((text) => lexicalScores(lexical.search(text))))
      const denseRank = ranksOf(byMeaning)
      const lexicalRank = ranksOf(byWords)
      return passages
        .map((p): Scored => {
          const found = (byWords.get(p.id) ?? 0) + DENSE_WEIGHT * (byMeaning.get(p.id) ?? 0)
          return [p.id, found + gain(p, prefer)]
        })
        .sort(bestFirst)
        .slice(0, k)
        .flatMap(([id, score]) => {
          const passage = byId.get(id)
          const ranks = { denseRank: denseRank.get(id) ?? null, lexicalRank: lexicalRank.get(id) ?? null }
          return passage ? [{ passage, score, ...ranks }] : []
        })
    },
  }
}
