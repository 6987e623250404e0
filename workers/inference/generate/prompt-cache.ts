import type { LanguageModel } from './language-model.ts'

/**
 * Remembers the last prompt as the model read it: a retry with the same prompt starts at once. Patient data, so it lives
 * in memory only and goes when the engine unloads or the next prompt comes.
 */
export class PromptCache<Cache> {
  #last: { prompt: readonly number[]; logits: Float32Array; cache: Cache } | null = null

  async read(model: LanguageModel<Cache>, prompt: readonly number[]): Promise<{ logits: Float32Array; cache: Cache }> {
    const last = this.#last
    if (last && last.prompt.length === prompt.length && last.prompt.every((id, i) => id === prompt[i])) return last
    this.clear(model)
    this.#last = { prompt, ...(await model.forward(prompt, null)) }
    return this.#last
  }

  holds(cache: Cache): boolean {
    return this.#last?.cache === cache
  }

  clear(model: LanguageModel<Cache>): void {
    if (this.#last) model.release(this.#last.cache)
    this.#last = null
  }
}
