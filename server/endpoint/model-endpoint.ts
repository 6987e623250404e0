import { err, ok, type Result } from '#contracts/result.ts'
import type { ChatRequest, EndpointModels, EndpointSetting } from '#contracts/wire/inference.ts'
import { type Refusal, refusal } from '../problems.ts'
import { type Asking, askReplica, heldModels, type ReplicaError } from './ask-replica.ts'
import type { ChatEvent } from './completion-stream.ts'
import { type Replica, ReplicaPool } from './replica-pool.ts'
import type { ServedModel } from './served-models.ts'

export type EndpointDeps = Asking & {
  urls: readonly string[]
  models: readonly ServedModel[]
  now(): number
  random(): number
}

/** How often each model server is asked whether it is well. */
export const HEALTH_EVERY_MS = 15_000
const MOST_TRIES = 3

/** The clinic's model servers as one: health checks, turns, fail-over until the first word. */
export class ModelEndpoint {
  readonly #pool: ReplicaPool
  readonly #names: ReadonlyMap<string, string>

  constructor(private readonly deps: EndpointDeps) {
    this.#pool = new ReplicaPool(deps.urls, deps.now, deps.random)
    this.#names = new Map(deps.models.map((m) => [m.id, m.name]))
  }

  setting(): EndpointSetting {
    const models = this.deps.models.map(({ id, contextTokens }) => ({
      id,
      contextTokens,
      followsSchema: this.deps.followsSchema,
    }))
    return { leavesDevice: true, replicas: this.#pool.all.length, healthy: this.#pool.healthy, models }
  }

  get healthy(): number {
    return this.#pool.healthy
  }

  /** Asks every model server what it holds; one that does not answer is set aside. */
  async check(): Promise<EndpointModels> {
    await Promise.all(
      this.#pool.all.map(async (replica) => {
        const held = await heldModels(this.deps, replica)
        if (held) this.#pool.answered(replica, held)
        else this.#pool.setAside(replica)
      }),
    )
    return { models: this.deps.models.map(({ id, name }) => ({ id, available: this.#pool.holds(name) })) }
  }

  /** The answer's events from the first server that begins one. `signal` ends it at any time. */
  async chat(request: ChatRequest, signal: AbortSignal): Promise<Result<AsyncGenerator<ChatEvent>, Refusal>> {
    const name = this.#names.get(request.model)
    if (name === undefined) return err(refusal(422, 'model-unknown', 'The clinic does not serve this model.'))
    const whole = AbortSignal.any([signal, AbortSignal.timeout(request.timeoutMs)])
    const failures: ReplicaError[] = []
    for (const replica of this.#pool.inTurn(name).slice(0, MOST_TRIES)) {
      const asked = await askReplica(this.deps, replica, name, request, whole)
      if (asked.ok) {
        this.#pool.answered(replica)
        return ok(this.#watched(asked.value, replica, whole))
      }
      if (signal.aborted) return err(refusal(499, 'aborted'))
      failures.push(asked.error)
      if (asked.error.type === 'prompt-too-long' || asked.error.type === 'refused') break
      // The caller's time was up, which says nothing about this server.
      if (whole.aborted) break
      this.#pool.setAside(replica, asked.error.type === 'busy' ? asked.error.retryAfterMs : null)
    }
    return err(whole.aborted ? refusal(504, 'model-timeout') : this.#refusalFor(failures))
  }

  async *#watched(events: AsyncGenerator<ChatEvent>, replica: Replica, whole: AbortSignal): AsyncGenerator<ChatEvent> {
    for await (const event of events) {
      if (event.type !== 'problem') yield event
      else if (whole.aborted) yield { type: 'problem', code: 'model-timeout' }
      else {
        this.#pool.setAside(replica)
        yield event
      }
    }
  }

  #refusalFor(failures: readonly ReplicaError[]): Refusal {
    const last = failures.at(-1)
    if (last?.type === 'prompt-too-long') return refusal(422, 'prompt-too-long')
    if (last?.type === 'refused') return refusal(422, 'model-refused')
    const waits = failures.flatMap((f) => (f.type === 'busy' ? [f.retryAfterMs] : []))
    if (waits.length > 0) {
      return { ...refusal(429, 'model-busy'), retryAfterSeconds: Math.max(1, Math.ceil(Math.min(...waits) / 1000)) }
    }
    if (last?.type === 'late') return refusal(504, 'model-timeout')
    if (last?.type === 'answer-invalid') return refusal(502, 'model-answer-invalid')
    return { ...refusal(503, 'model-unavailable'), retryAfterSeconds: Math.max(1, this.#pool.backInSeconds) }
  }
}
