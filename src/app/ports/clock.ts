/** Time and its passing. `now` is milliseconds since the epoch, `elapsed` milliseconds of a clock nobody can set back. */
export interface Clock {
  now(): number
  elapsed(): number
  /** Calls back about every `ms`; answers how to stop. */
  every(ms: number, run: () => void): () => void
}

/** Random identifiers. */
export interface Ids {
  /** RFC 9562 version 4. */
  uuid(): string
}
