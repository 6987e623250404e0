import type { LanguageModel } from './language-model.ts'

/** A shorter beginning is read as fast as it is looked up. */
const SHORTEST_FIXED = 16

/**
 * Remembers what the model has read, so that only new tokens are computed: the last prompt (a retry starts at once, a later turn
 * of the same conversation goes on) and the fixed part of the prompts, which outlasts conversations. The last prompt is patient
 * data: in memory only, gone when another prompt comes or the engine unloads. The fixed part holds nothing of a patient.
 */
export class PromptCache<Cache> {
  #last: { prompt: readonly number[]; logits: Float32Array; cache: Cache } | null = null
  #fixed: { prompt: readonly number[]; cache: Cache } | null = null

  /** `fixed`: ids that the prompt begins with and other conversations too; see `LanguageModel.fixedPart`. */
  async read(
    model: LanguageModel<Cache>,
    prompt: readonly number[],
    fixed: readonly number[] = [],
  ): Promise<{ logits: Float32Array; cache: Cache }> {
    const last = this.#last
    const known = last && begins(prompt, last.prompt) ? last : null
    if (known?.prompt.length === prompt.length) return known
    if (!known) this.#forget(model)
    const from = known ?? (await this.#readFixed(model, prompt, fixed))
    const read = await model.forward(prompt.slice(from?.prompt.length ?? 0), from?.cache ?? null)
    this.#forget(model)
    this.#last = { prompt, ...read }
    return this.#last
  }

  holds(cache: Cache): boolean {
    return this.#last?.cache === cache || this.#fixed?.cache === cache
  }

  clear(model: LanguageModel<Cache>): void {
    this.#forget(model)
    if (this.#fixed) model.release(this.#fixed.cache)
    this.#fixed = null
  }

  #forget(model: LanguageModel<Cache>): void {
    if (this.#last) model.release(this.#last.cache)
    this.#last = null
  }

  /**
   * Always read apart from the rest, known or not: the same prompt then gives the same numbers to the last bit, whatever was
   * asked before.
   */
  async #readFixed(model: LanguageModel<Cache>, prompt: readonly number[], fixed: readonly number[]) {
    if (fixed.length < SHORTEST_FIXED || fixed.length >= prompt.length || !begins(prompt, fixed)) return null
    if (this.#fixed?.prompt.length === fixed.length && begins(fixed, this.#fixed.prompt)) return this.#fixed
    if (this.#fixed) model.release(this.#fixed.cache)
    this.#fixed = null
    const { cache } = await model.forward(fixed, null)
    this.#fixed = { prompt: fixed, cache }
    return this.#fixed
  }
}

const begins = (whole: readonly number[], part: readonly number[]): boolean => part.every((id, i) => id === whole[i])
