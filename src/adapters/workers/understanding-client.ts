import type { NarrativeReader } from '#app/ports/narrative-reader.ts'
import type { Profile } from '#contracts/clinical/profile.ts'
import type { Result } from '#contracts/result.ts'
import {
  type NarrativeReading,
  UNDERSTANDING_CONTRACT,
  type UnderstandingError,
  type UnderstandingWorkerApi,
} from '#contracts/workers/understanding.ts'
import { allowOwnScripts } from './own-scripts.ts'
import { WorkerClient } from './worker-client.ts'

/** Longest a patient waits for the encoder before the lexicon reads alone. Milliseconds; covers its first load. */
const PATIENCE_MS = { calm: 20_000, urgent: 3_000 }

type Api = UnderstandingWorkerApi

/** The page's way to the narrative encoder. Loads on first use; a failure is tried again with the next words. */
export class UnderstandingClient implements NarrativeReader {
  readonly #worker: WorkerClient<Api>
  #loaded = false

  constructor(
    create: () => Worker = createUnderstandingWorker,
    readonly patienceMs = PATIENCE_MS,
  ) {
    this.#worker = new WorkerClient<Api>({
      create,
      contract: UNDERSTANDING_CONTRACT,
      onStop: () => {
        this.#loaded = false
      },
    })
  }

  warmUp(): void {
    void this.#load()
  }

  async read(words: string, profile: Profile, urgent: boolean, answers = ''): Promise<NarrativeReading | null> {
    const late = Symbol('late')
    const ms = urgent ? this.patienceMs.urgent : this.patienceMs.calm
    const answered = await Promise.race([this.#read(words, profile, answers), after(ms, late)])
    // What took too long must not keep the next words waiting; a load under way may go on.
    if (answered === late && this.#loaded) this.#worker.stop()
    return answered !== late && answered?.ok ? answered.value : null
  }

  stop(): void {
    this.#worker.stop()
  }

  async #load(): Promise<boolean> {
    if (this.#loaded) return true
    const answered = await this.#worker.run((api) => (api as unknown as Api).load())
    this.#loaded = answered.ok && answered.value.ok
    return this.#loaded
  }

  async #read(words: string, profile: Profile, answers: string): Promise<Result<NarrativeReading, UnderstandingError> | null> {
    if (!(await this.#load())) return null
    const answered = await this.#worker.run((api) => (api as unknown as Api).read(words, profile, answers))
    return answered.ok ? answered.value : null
  }
}

const after = <T>(ms: number, value: T): Promise<T> => new Promise((resolve) => setTimeout(() => resolve(value), ms))

const createUnderstandingWorker = (): Worker => {
  allowOwnScripts()
  return new Worker(new URL('../../../workers/understanding/understanding.worker.ts', import.meta.url), {
    type: 'module',
    name: 'understanding',
  })
}
