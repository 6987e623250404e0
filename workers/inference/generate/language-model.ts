import type { ChatMessage } from '#contracts/workers/inference.ts'
import type { TokenBytes } from '../constrain/token-mask.ts'

/** What the decoder needs of a causal model, whatever runs it. `Cache` is the model's own key-value cache. */
export interface LanguageModel<Cache> {
  readonly contextTokens: number
  readonly endTokens: ReadonlySet<number>
  readonly tokenBytes: TokenBytes
  /** Ids of the whole conversation, ready for the answer to follow. */
  encodeChat(messages: readonly ChatMessage[]): number[]
  /** Ids of plain text without special tokens. */
  encode(text: string): number[]
  /** Logits after the last of `tokens`. `past` is left usable; the answer's cache is a new one. */
  forward(tokens: readonly number[], past: Cache | null): Promise<{ logits: Float32Array; cache: Cache }>
  /** Frees a cache that lies on a device; others are left to the collector. */
  release(cache: Cache): void
}
