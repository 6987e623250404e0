import type { ChatMessage } from '#contracts/workers/inference.ts'
import type { TokenBytes } from '../constrain/token-mask.ts'

/** What the decoder needs of a language model, whatever runs it. `Cache` is the model's own memory of what it has read. */
export interface LanguageModel<Cache> {
  readonly contextTokens: number
  readonly endTokens: ReadonlySet<number>
  readonly tokenBytes: TokenBytes
  /** The model begins its answer with a space that is no part of it (SentencePiece marks the beginning of a word). */
  readonly leadingSpace: boolean
  /** Ids of the whole conversation, ready for the answer to follow. */
  encodeChat(messages: readonly ChatMessage[]): number[]
  /**
   * Ids with which every conversation under the same system message begins, none of them from another message. Empty where a
   * model cannot read on from them.
   */
  fixedPart(messages: readonly ChatMessage[]): readonly number[]
  /** Ids of plain text without special tokens, as it goes on after other text. */
  encode(text: string): number[]
  /** Logits after the last of `tokens`. `past` is left usable; the answer's cache is a new one. */
  forward(tokens: readonly number[], past: Cache | null): Promise<{ logits: Float32Array; cache: Cache }>
  /** Frees a cache that lies on a device; others are left to the collector. */
  release(cache: Cache): void
}
