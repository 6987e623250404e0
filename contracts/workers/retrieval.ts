import type { Passage } from '../content/guideline.ts'
import type { Result } from '../result.ts'

export type RetrievalQuery = {
  /** Own words plus labels of findings; stays in the worker. */
  text: string
  language: 'en' | 'es'
  /** Restrict to passages that serve any of these protocols; empty means all. */
  protocols: readonly string[]
  k: number
}

export type RetrievedPassage = { passage: Passage; score: number; lexicalRank: number | null; denseRank: number | null }

export type RetrievalError =
  | { type: 'index-missing'; status: number }
  | { type: 'index-mismatch' }
  | { type: 'embedder-failed'; code: string }

/** What the retrieval worker exposes over comlink. */
export interface RetrievalWorkerApi {
  version(): number
  /** Loads index and embedder; answers the index id that a packet carries. */
  load(): Promise<Result<{ indexId: string; passages: number; embedderId: string }, RetrievalError>>
  query(q: RetrievalQuery): Promise<Result<readonly RetrievedPassage[], RetrievalError>>
  /** Passage by id, for the staff page. */
  passage(id: string): Promise<Passage | null>
}
export const RETRIEVAL_CONTRACT = 1
