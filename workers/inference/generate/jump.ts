import { forcedBytes, type Position } from '../constrain/automaton.ts'
import type { TokenBytes } from '../constrain/token-mask.ts'

const utf8 = new TextDecoder('utf-8', { fatal: true })

/**
 * Tokens the grammar leaves no choice about, to be read in one pass. Only as much as the tokenizer would split off by
 * itself: what could grow together with the text to follow (a trailing run of one kind) stays for the model, so the
 * tokens are those it was trained on. Empty when there is nothing to gain or the tokenizer does not give the bytes back.
 */
export const jumpTokens = (from: Position, encode: (text: string) => number[], tokens: TokenBytes): number[] => {
  const { bytes, end } = forcedBytes(from)
  if (bytes.length < 2) return []
  const text = decode(bytes)
  const safe = end.node.kind === 'end' ? text : text.replace(/(?:\s+|\p{L}+|\p{N}|[^\s\p{L}\p{N}]+)$/u, '').replace(/ $/, '')
  if (safe.length < 2) return []
  const ids = encode(safe)
  // "Unknown" and the like have no bytes.
  if (ids.some((id) => !tokens[id])) return []
  const given = ids.flatMap((id) => [...(tokens[id] ?? [])])
  return given.length <= bytes.length && given.every((b, i) => b === bytes[i]) ? ids : []
}

const decode = (bytes: readonly number[]): string => {
  for (let n = bytes.length; n > bytes.length - 4 && n > 0; n--) {
    try {
      return utf8.decode(Uint8Array.from(bytes.slice(0, n)))
    } catch {
      // A run may end inside a character: try without its first bytes.
    }
  }
  return ''
}
