import type { TokenBytes } from '../constrain/token-mask.ts'

export type TokenizerFacts = {
  bytes: TokenBytes
  /** Texts of the special tokens: they must not come in through a message. */
  special: string[]
}

/**
 * Reads the bytes of every token from a byte-level BPE `tokenizer.json` (GPT-2's alphabet: each byte has a printable
 * character). Null for other kinds of tokenizer.
 */
export const tokenizerFacts = (json: unknown): TokenizerFacts | null => {
  if (!isTokenizer(json) || json.decoder?.type !== 'ByteLevel') return null
  const bytes: (Uint8Array | null)[] = []
  for (const [token, id] of Object.entries(json.model.vocab)) {
    const codes = [...token].map((c) => BYTE_BY_CHAR.get(c))
    bytes[id] = codes.some((c) => c === undefined) ? null : Uint8Array.from(codes as number[])
  }
  for (const { id } of json.added_tokens) bytes[id] = null
  return { bytes: Array.from(bytes, (b) => b ?? null), special: json.added_tokens.map((t) => t.content) }
}

/** `text` with special tokens broken up, so that the tokenizer reads them as plain characters. */
export const withoutSpecials = (text: string, special: readonly string[]): string =>
  special.reduce((out, token) => out.replaceAll(token, [...token].join(' ')), text)

const BYTE_BY_CHAR: ReadonlyMap<string, number> = (() => {
  const map = new Map<string, number>()
  const printable = (b: number): boolean => (b >= 33 && b <= 126) || (b >= 161 && b <= 172) || b >= 174
  let extra = 256
  for (let b = 0; b < 256; b++) map.set(String.fromCharCode(printable(b) ? b : extra++), b)
  return map
})()

type TokenizerJson = {
  model: { vocab: Record<string, number> }
  added_tokens: { id: number; content: string }[]
  decoder?: { type: string }
}
const isTokenizer = (json: unknown): json is TokenizerJson => {
  const t = json as Partial<TokenizerJson> | null
  return typeof t?.model?.vocab === 'object' && t.model.vocab !== null && Array.isArray(t.added_tokens)
}
