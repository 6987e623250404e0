/** One model server behind the proxy. */
export type Replica = { readonly url: string }

type State = { readonly replica: Replica; failures: number; asideUntil: number; models: ReadonlySet<string> | null }

const FIRST_WAIT_MS = 1000
const LONGEST_WAIT_MS = 60_000

/**
 * Whose turn it is among several model servers. One that fails is set aside for a time that doubles with each failure and is
 * jittered, so that servers which failed together are not all tried again together.
 */
export class ReplicaPool {
  readonly #states: State[]
  #turn = 0

  /** `now` in milliseconds; `random` in [0, 1). */
  constructor(
    urls: readonly string[],
    private readonly now: () => number,
    private readonly random: () => number,
  ) {
    this.#states = urls.map((url) => ({ replica: { url }, failures: 0, asideUntil: 0, models: null }))
  }

  get all(): Replica[] {
    return this.#states.map((s) => s.replica)
  }

  get healthy(): number {
    return this.#states.filter((s) => this.#isIn(s)).length
  }

  /** Those that are not set aside and may hold the model, the next in turn first. */
  inTurn(model: string): Replica[] {
    const usable = this.#states.filter((s) => this.#isIn(s) && s.models?.has(model) !== false)
    const from = usable.length > 0 ? this.#turn++ % usable.length : 0
    return [...usable.slice(from), ...usable.slice(0, from)].map((s) => s.replica)
  }

  /** Whether one that is not set aside has said that it holds the model. */
  holds(model: string): boolean {
    return this.#states.some((s) => this.#isIn(s) && s.models?.has(model) === true)
  }

  /** Out of turn: for the time the server asked for, else for the back-off. */
  setAside(replica: Replica, askedMs: number | null = null): void {
    const state = this.#of(replica)
    const backOff = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** state.failures) * (0.5 + this.random())
    if (askedMs === null) state.failures += 1
    state.asideUntil = this.now() + Math.min(LONGEST_WAIT_MS, askedMs ?? backOff)
  }

  /** It answered. `models` when it told what it holds. Does not end a wait that the server itself asked for. */
  answered(replica: Replica, models: ReadonlySet<string> | null = null): void {
    const state = this.#of(replica)
    if (state.failures > 0) state.asideUntil = 0
    state.failures = 0
    if (models !== null) state.models = models
  }

  /** Whole seconds until the first comes back; 0 when one is in. */
  get backInSeconds(): number {
    const soonest = Math.min(...this.#states.map((s) => s.asideUntil)) - this.now()
    return Math.max(0, Math.ceil(soonest / 1000))
  }

  #isIn = (state: State): boolean => state.asideUntil <= this.now()

  #of(replica: Replica): State {
    const state = this.#states.find((s) => s.replica === replica)
    if (!state) throw new Error('a replica of another pool')
    return state
  }
}
