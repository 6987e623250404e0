import type { TokenBytes } from '../../constrain/token-mask.ts'

/** Texts to go on from, of which at least one does not grow together with what follows. */
const ANCHORS = ['\n', '"', '.', '0']
const utf8 = new TextEncoder()

/**
 * `encode` as text goes on after other text. SentencePiece tokenizers begin every text with a space of their own; there the ids
 * are read off behind an anchor. Where none gives the very bytes back, what `encode` gave.
 */
export const continuation =
  (encode: (text: string) => number[], tokens: TokenBytes) =>
  (text: string): number[] => {
    const plain = encode(text)
    const bytes = utf8.encode(text)
    if (gives(plain, tokens, bytes)) return plain
    for (const anchor of ANCHORS) {
      const head = encode(anchor)
      const whole = encode(anchor + text)
      const rest = whole.slice(head.length)
      if (head.every((id, i) => id === whole[i]) && gives(rest, tokens, bytes)) return rest
    }
    return plain
  }

const gives = (ids: readonly number[], tokens: TokenBytes, bytes: Uint8Array): boolean => {
  let at = 0
  for (const id of ids) {
    const token = tokens[id]
    if (!token) return false
    for (const byte of token) if (byte !== bytes[at++]) return false
  }
  return at === bytes.length
}
