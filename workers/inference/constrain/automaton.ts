import { type CharSet, hasChar, meets } from './char-set.ts'
import type { TextGraph, TextState } from './text-graph.ts'

/**
 * A deterministic automaton over UTF-8 bytes. `chars` counts characters of the first plane, the only ones it writes
 * (PLAIN_CHARS): code points and UTF-16 units alike.
 */
export type Node =
  | { readonly kind: 'branch'; readonly id: number; readonly next: ReadonlyMap<number, Node> }
  | {
      readonly kind: 'chars'
      readonly id: number
      readonly set: CharSet
      readonly min: number
      readonly max: number
      readonly next: Node
    }
  /** A text that follows a graph. */
  | { readonly kind: 'graph'; readonly id: number; readonly graph: TextGraph; readonly next: Node }
  | { readonly kind: 'end'; readonly id: number }

/** Where the decoder stands: a node, the characters read in it, and a character begun but not finished. */
export type Position = {
  readonly node: Node
  readonly count: number
  /** Continuation bytes still missing of the current character, and the code points it can become. */
  readonly left: number
  readonly low: number
  readonly high: number
  /** Inside a `graph` node. */
  readonly text?: TextState
}

export const startOf = (node: Node): Position => ({
  node,
  count: 0,
  left: 0,
  low: 0,
  high: 0,
  ...(node.kind === 'graph' ? { text: node.graph.begin() } : {}),
})

/** The same texts behind one space. */
export const afterSpace = (root: Node): Node => ({ kind: 'branch', id: -1, next: new Map([[0x20, root]]) })

/** The position after `byte`, or undefined when the grammar forbids it there. */
export const step = (p: Position, byte: number): Position | undefined => {
  const { node } = p
  if (node.kind === 'end') return undefined
  if (node.kind === 'branch') {
    const next = node.next.get(byte)
    return next && startOf(next)
  }
  if (node.kind === 'graph') return stepText(p, node, byte)
  if (p.left > 0) return continueChar(p, node, byte)
  return beginChar(p, node, byte) ?? (p.count >= node.min ? step(startOf(node.next), byte) : undefined)
}

const stepText = (p: Position, node: Extract<Node, { kind: 'graph' }>, byte: number): Position | undefined => {
  if (!p.text) return undefined
  const text = node.graph.step(p.text, byte)
  if (text) return { ...p, text }
  return node.graph.mayEnd(p.text) ? step(startOf(node.next), byte) : undefined
}

type CharsNode = Extract<Node, { kind: 'chars' }>

const beginChar = (p: Position, node: CharsNode, byte: number): Position | undefined => {
  if (byte < 0x80) {
    return p.count < node.max && hasChar(node.set, byte) ? { node, count: p.count + 1, left: 0, low: 0, high: 0 } : undefined
  }
  const left = byte >= 0xc2 && byte <= 0xdf ? 1 : byte >= 0xe0 && byte <= 0xef ? 2 : 0
  if (left === 0 || p.count >= node.max) return undefined
  const bits = 6 * left
  const from = (byte & (0x3f >> left)) << bits
  // The shortest form of each length begins at these code points; less is an overlong encoding.
  const low = Math.max(from, left === 2 ? 0x800 : 0x80)
  const high = from + (1 << bits) - 1
  return meets(node.set, low, high) ? { node, count: p.count, left, low, high } : undefined
}

const continueChar = (p: Position, node: CharsNode, byte: number): Position | undefined => {
  if (byte < 0x80 || byte > 0xbf) return undefined
  const left = p.left - 1
  const bits = 6 * left
  const base = ((p.high >> (bits + 6)) << (bits + 6)) + ((byte & 0x3f) << bits)
  const low = Math.max(p.low, base)
  const high = Math.min(p.high, base + (1 << bits) - 1)
  if (low > high || !meets(node.set, low, high)) return undefined
  return left > 0 ? { node, count: p.count, left, low, high } : { node, count: p.count + 1, left: 0, low: 0, high: 0 }
}

export const isEnd = (p: Position): boolean => p.node.kind === 'end'

/** The bytes that can only follow one another from here, up to the next choice; empty when there is a choice now. */
export const forcedBytes = (from: Position): { bytes: number[]; end: Position } => {
  const bytes: number[] = []
  let p = from
  for (;;) {
    const { node } = p
    const inner: Node = node.kind === 'chars' && p.left === 0 && p.count === node.max ? node.next : node
    if (inner.kind !== 'branch' || inner.next.size !== 1) return { bytes, end: p }
    for (const [byte, next] of inner.next) {
      bytes.push(byte)
      p = startOf(next)
    }
  }
}

/**
 * Names all positions that allow the same tokens: counts matter only near the bounds, and no token holds more than
 * `reach` characters.
 */
export const maskKey = (p: Position, reach: number): string => {
  if (p.node.kind === 'graph' && p.text) return `${p.node.id}:${p.node.graph.key(p.text)}`
  return p.node.kind === 'chars'
    ? `${p.node.id}:${Math.max(0, p.node.min - p.count)}:${Math.min(p.node.max - p.count, reach)}:${p.left}:${p.low}:${p.high}`
    : String(p.node.id)
}
