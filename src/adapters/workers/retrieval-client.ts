import type { Passage } from '#contracts/content/guideline.ts'
import { err, type Result } from '#contracts/result.ts'
import {
  RETRIEVAL_CONTRACT,
  type RetrievalError,
  type RetrievalQuery,
  type RetrievalWorkerApi,
  type RetrievedPassage,
} from '#contracts/workers/retrieval.ts'
import { allowOwnScripts } from './own-scripts.ts'
import { WorkerClient } from './worker-client.ts'

type Loaded = { indexId: string; passages: number; embedderId: string }

/** The page's way to the guideline index. Loads on first use; a failure is a value and is tried again on the next call. */
export class RetrievalClient {
  readonly #worker: WorkerClient<RetrievalWorkerApi>
  #loaded: Loaded | null = null

  constructor(create: () => Worker = createRetrievalWorker) {
    this.#worker = new WorkerClient<RetrievalWorkerApi>({
      create,
      contract: RETRIEVAL_CONTRACT,
      onStop: () => {
        this.#loaded = null
      },
    })
  }

  /** Id of the index in use, for the packet; null while none is loaded. */
  indexId(): string | null {
    return this.#loaded?.indexId ?? null
  }

  async load(): Promise<Result<Loaded, RetrievalError>> {
    const answered = await this.#worker.run((api) => (api as unknown as RetrievalWorkerApi).load())
    if (!answered.ok) return err({ type: 'embedder-failed', code: answered.error.type })
    if (answered.value.ok) this.#loaded = answered.value.value
    return answered.value
  }

  async query(q: RetrievalQuery): Promise<Result<readonly RetrievedPassage[], RetrievalError>> {
    if (!this.#loaded) {
      const loaded = await this.load()
      if (!loaded.ok) return loaded
    }
    const answered = await this.#worker.run((api) => (api as unknown as RetrievalWorkerApi).query(q))
    return answered.ok ? answered.value : err({ type: 'embedder-failed', code: answered.error.type })
  }

  async passage(id: string): Promise<Passage | null> {
    const answered = await this.#worker.run((api) => (api as unknown as RetrievalWorkerApi).passage(id))
    return answered.ok ? answered.value : null
  }

  stop(): void {
    this.#worker.stop()
  }
}

const createRetrievalWorker = (): Worker => {
  allowOwnScripts()
  return new Worker(new URL('../../../workers/retrieval/retrieval.worker.ts', import.meta.url), {
    type: 'module',
    name: 'retrieval',
  })
}
