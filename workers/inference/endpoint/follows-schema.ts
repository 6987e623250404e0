import { isEnd, type Node, type Position, startOf, step } from '../constrain/automaton.ts'

/** Whether the text is, byte for byte, one that our own decoder could have written: what a server promises is not what counts. */
export const followsSchema = (grammar: Node, text: string): boolean => {
  let at: Position | undefined = startOf(grammar)
  for (const byte of new TextEncoder().encode(text)) {
    at = step(at, byte)
    if (!at) return false
  }
  return isEnd(at)
}

/** Compact JSON with the escapes `JSON.stringify` would use; null when it is not JSON. */
export const canonicalText = (text: string): string | null => {
  try {
    return JSON.stringify(JSON.parse(text))
  } catch {
    return null
  }
}
