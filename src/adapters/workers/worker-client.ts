import { type Remote, wrap } from 'comlink'
import { err, ok, type Result } from '#contracts/result.ts'

export type WorkerError = { type: 'worker-crashed' } | { type: 'version-mismatch'; found: number }

export type WorkerClientOptions = {
  /** Makes the worker, e.g. `() => new Worker(new URL('…/x.worker.ts', import.meta.url), { type: 'module' })`. */
  create: () => Worker
  /** The contract version this page was built with. */
  contract: number
  /** Ends the worker after so long without a call; undefined keeps it. Milliseconds. */
  idleMs?: number
  /** Told when the worker ended for any reason: what it had loaded is gone. */
  onStop?: () => void
}

type Versioned = { version(): number }
type Running<Api> = { worker: Worker; api: Remote<Api>; crashed: Promise<Result<never, WorkerError>>; crash: () => void }

/**
 * Owns one worker's life: starts it on the first call, runs one call at a time, ends it when idle or crashed, starts a
 * fresh one for the next call, and refuses a worker of another contract version.
 */
export class WorkerClient<Api extends Versioned> {
  #running: Running<Api> | null = null
  #queue: Promise<unknown> = Promise.resolve()
  /** Raised when the worker is stopped from outside: what waited for it then is not to run any more. */
  #stops = 0
  #idle: ReturnType<typeof setTimeout> | undefined

  constructor(private readonly options: WorkerClientOptions) {}

  /** Runs `job` when the calls before it are through. A crash or a stop meanwhile is the error value. */
  run<T>(job: (api: Remote<Api>) => Promise<T>): Promise<Result<T, WorkerError>> {
    const stops = this.#stops
    const turn = this.#queue.then(() => (stops === this.#stops ? this.#perform(job) : err({ type: 'worker-crashed' as const })))
    this.#queue = turn.catch(() => undefined)
    return turn
  }

  /** The worker as it runs now, for calls beside the queue such as an abort; null when none runs. */
  get api(): Remote<Api> | null {
    return this.#running?.api ?? null
  }

  /** Ends the worker now; a call in progress, and those that wait, answer `worker-crashed`. */
  stop(): void {
    this.#stops++
    this.#end()
  }

  #end(): void {
    clearTimeout(this.#idle)
    const running = this.#running
    if (!running) return
    this.#running = null
    running.worker.terminate()
    running.crash()
    this.options.onStop?.()
  }

  async #perform<T>(job: (api: Remote<Api>) => Promise<T>): Promise<Result<T, WorkerError>> {
    clearTimeout(this.#idle)
    let running = this.#running
    try {
      if (!running) {
        running = this.#start()
        const found = await Promise.race([running.api.version() as Promise<number>, running.crashed])
        if (typeof found !== 'number') return found
        if (found !== this.options.contract) {
          this.#end()
          return err({ type: 'version-mismatch', found })
        }
      }
      return await Promise.race([job(running.api).then(ok), running.crashed])
    } catch {
      // Workers answer with values; a rejection means its code failed: do not trust what is left of it.
      if (this.#running === running) this.#end()
      return err({ type: 'worker-crashed' })
    } finally {
      if (this.options.idleMs !== undefined && this.#running) this.#idle = setTimeout(() => this.#end(), this.options.idleMs)
    }
  }

  #start(): Running<Api> {
    const worker = this.options.create()
    let crash = (): void => undefined
    const crashed = new Promise<Result<never, WorkerError>>((resolve) => {
      crash = () => resolve(err({ type: 'worker-crashed' }))
    })
    const running: Running<Api> = { worker, api: wrap<Api>(worker), crashed, crash }
    const failed = (event: Event): void => {
      event.preventDefault()
      if (this.#running === running) this.#end()
    }
    worker.addEventListener('error', failed)
    worker.addEventListener('messageerror', failed)
    this.#running = running
    return running
  }
}
