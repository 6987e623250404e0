import MiniSearch from 'minisearch'
import type { Passage } from '#contracts/content/guideline.ts'
import type { RetrievalQuery, RetrievedPassage } from '#contracts/workers/retrieval.ts'
import type { Embedder } from './embedder.ts'
import type { DenseIndex } from './voy.ts'

/** Constant of reciprocal rank fusion (Cormack, Clarke and Buettcher, SIGIR 2009). */
export const RRF_K = 60

/** Ids ranked by the sum of 1 / (k + rank) over the lists they stand in; ranks start at 1. */
export const fuse = (lists: readonly (readonly string[])[], k = RRF_K): { id: string; score: number }[] => {
  const score = new Map<string, number>()
  for (const list of lists) {
    for (const [i, id] of list.entries()) score.set(id, (score.get(id) ?? 0) + 1 / (k + i + 1))
  }
  return [...score].map(([id, s]) => ({ id, score: s })).sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1))
}

const fold = (term: string): string => term.toLowerCase().normalize('NFD').replace(/\p{M}/gu, '')

export const lexicalIndex = (passages: readonly Passage[]): MiniSearch<Passage> => {
  const index = new MiniSearch<Passage>({
    fields: ['heading', 'text'],
    processTerm: (term) => fold(term),
    searchOptions: { boost: { heading: 2 }, prefix: (term) => term.length > 4, fuzzy: (term) => (term.length > 5 ? 0.2 : false) },
  })
  index.addAll([...passages])
  return index
}

export type HybridIndex = {
  query(q: RetrievalQuery): Promise<RetrievedPassage[]>
  passage(id: string): Passage | null
  size: number
}

/** Dense and lexical search over one tier of passages, fused by reciprocal rank, filtered by protocol. */
export const hybridIndex = (passages: readonly Passage[], dense: DenseIndex, embedder: Embedder): HybridIndex => {
  const byId = new Map(passages.map((p) => [p.id, p]))
  const lexical = lexicalIndex(passages)
  return {
    size: passages.length,
    passage: (id) => byId.get(id) ?? null,
    query: async ({ text, protocols, k }) => {
      const allowed = (id: string): boolean => {
        const serves = byId.get(id)?.protocols
        return serves !== undefined && (protocols.length === 0 || serves.some((p) => protocols.includes(p)))
      }
      const [vector] = await embedder.embed([text])
      const denseIds = vector ? dense.search(vector, passages.length).filter(allowed) : []
      const lexicalIds = lexical.search(text, { filter: (hit) => allowed(String(hit.id)) }).map((hit) => String(hit.id))
      const rank = (list: readonly string[], id: string): number | null => (list.includes(id) ? list.indexOf(id) + 1 : null)
      return fuse([denseIds, lexicalIds])
        .slice(0, k)
        .flatMap(({ id, score }) => {
          const passage = byId.get(id)
          return passage ? [{ passage, score, denseRank: rank(denseIds, id), lexicalRank: rank(lexicalIds, id) }] : []
        })
    },
  }
}
