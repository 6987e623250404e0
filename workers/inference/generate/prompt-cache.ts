import type { LanguageModel } from './language-model.ts'

/**
 * Remembers the last prompt as the model read it: a retry with the same prompt starts at once, and a later turn of the same
 * conversation reads only what is new. Patient data, so it lives in memory only and goes when the engine unloads or another prompt comes.
 */
export class PromptCache<Cache> {
  #last: { prompt: readonly number[]; logits: Float32Array; cache: Cache } | null = null

  async read(model: LanguageModel<Cache>, prompt: readonly number[]): Promise<{ logits: Float32Array; cache: Cache }> {
    const last = this.#last
    const known = last?.prompt.every((id, i) => id === prompt[i]) ? last : null
    if (known?.prompt.length === prompt.length) return known
    if (!known) this.clear(model)
    const read = await model.forward(prompt.slice(known?.prompt.length ?? 0), known?.cache ?? null)
    this.clear(model)
    this.#last = { prompt, ...read }
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
