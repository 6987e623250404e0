import type { TokenBytes } from '../constrain/token-mask.ts'

export type TokenizerFacts = {
  bytes: TokenBytes
  /** Texts with a meaning of their own (special tokens, turn marks): they must not come in through a message. */
  special: string[]
}

/** Marks of turns that older Llama and Mistral models write as ordinary text. */
const TURN_MARKS = ['[INST]', '[/INST]', '<<SYS>>', '<</SYS>>']

/**
 * Reads the bytes of every token from a `tokenizer.json`: byte-level BPE (GPT-2's alphabet, each byte has a printable
 * character: Llama 3, Qwen, SmolLM2, gpt-oss) or SentencePiece (BPE or unigrams, "▁" for a space, `<0xNN>` for a byte: Llama 2,
 * Mistral, Gemma, Phi-3, mT5). Null for other kinds. Added tokens and the one for "unknown" have no bytes: no grammar may choose them.
 */
export const tokenizerFacts = (json: unknown): TokenizerFacts | null => {
  if (!isTokenizer(json)) return null
  const decoders = decoderTypes(json.decoder)
  const isByteLevel = decoders.includes('ByteLevel')
  if (!isByteLevel && !decoders.some((d) => d === 'ByteFallback' || d === 'Metaspace')) return null
  const bytesOf = isByteLevel ? byteLevelBytes : sentencePieceBytes
  const bytes: (Uint8Array | null)[] = []
  for (const [token, id] of pieces(json.model.vocab)) bytes[id] = token === json.model.unk_token ? null : bytesOf(token)
  if (typeof json.model.unk_id === 'number') bytes[json.model.unk_id] = null
  for (const { id } of json.added_tokens) bytes[id] = null
  // Runs of spaces are added tokens in some vocabularies; there is nothing special about them in a message.
  const special = json.added_tokens.map((t) => t.content).filter((text) => text.replaceAll(SPACE_MARK, ' ').trim() !== '')
  return { bytes: Array.from(bytes, (b) => b ?? null), special: [...new Set([...special, ...TURN_MARKS])] }
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

const byteLevelBytes = (token: string): Uint8Array | null => {
  const codes = [...token].map((c) => BYTE_BY_CHAR.get(c))
  return codes.some((c) => c === undefined) ? null : Uint8Array.from(codes as number[])
}

const SPACE_MARK = '▁'
const utf8 = new TextEncoder()

const sentencePieceBytes = (token: string): Uint8Array => {
  const byte = /^<0x([0-9A-F]{2})>$/.exec(token)?.[1]
  return byte === undefined ? utf8.encode(token.replaceAll(SPACE_MARK, ' ')) : Uint8Array.of(Number.parseInt(byte, 16))
}

/** BPE lists its tokens by id, unigrams stand in order with their scores. */
const pieces = (vocab: TokenizerJson['model']['vocab']): Iterable<[string, number]> =>
  Array.isArray(vocab) ? vocab.map(([token], id): [string, number] => [token, id]) : Object.entries(vocab)

const decoderTypes = (decoder: Decoder | null | undefined): string[] =>
  decoder ? [decoder.type, ...(decoder.decoders ?? []).flatMap(decoderTypes)] : []

type Decoder = { type: string; decoders?: Decoder[] }
type TokenizerJson = {
  model: { vocab: Record<string, number> | [token: string, score: number][]; unk_token?: string | null; unk_id?: number | null }
  added_tokens: { id: number; content: string }[]
  decoder?: Decoder | null
}
const isTokenizer = (json: unknown): json is TokenizerJson => {
  const t = json as Partial<TokenizerJson> | null
  return typeof t?.model?.vocab === 'object' && t.model.vocab !== null && Array.isArray(t.added_tokens)
}
