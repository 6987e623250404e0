import type { Passage } from '../content/guideline.ts'
import type { Result } from '../result.ts'

/** What a passage's score gains; a search by words alone ends at about 1.5. A passage that gains nothing stays reachable. */
export type RetrievalPreference = {
  /** By protocol id; a passage that serves several gains the most of them. */
  protocols: Readonly<Record<string, number>>
  /** By the anchor of the section, the part of a passage id after `#`. */
  sections: Readonly<Record<string, number>>
}

export type RetrievalQuery = {
  /** Wordings of one question (own words, own words with labels of findings), which count alike; they stay in the worker. */
  texts: readonly string[]
  prefer: RetrievalPreference
  k: number
}

/** Ranks by words and by meaning, before anything is preferred. */
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
export const RETRIEVAL_CONTRACT = 2
