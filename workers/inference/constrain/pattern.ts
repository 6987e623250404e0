import { type CharSet, intersect, negate, normalise, PLAIN_CHARS } from './char-set.ts'
import { SchemaUnsupported } from './schema-unsupported.ts'

/** One class with its repetition; literals are classes of one character with `{1,1}`. */
export type PatternPart = { set: CharSet; min: number; max: number }

const SHORTHAND: Readonly<Record<string, CharSet>> = {
  d: [[48, 57]],
  w: [
    [48, 57],
    [65, 90],
    [95, 95],
    [97, 122],
  ],
  s: [[32, 32]],
}
const CONTROL: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, f: 12, v: 11, '0': 0 }

/**
 * Parses the part of ECMAScript patterns the decoder supports: `^…$` around a sequence of literals, escapes, classes
 * and `.`, each with an optional bounded quantifier. No groups, alternatives or unbounded repetition, so that every
 * string has an end. Throws {@link SchemaUnsupported} otherwise.
 */
export const parsePattern = (pattern: string): PatternPart[] => {
  const unsupported = (): never => {
    throw new SchemaUnsupported('pattern')
  }
  if (!pattern.startsWith('^') || !pattern.endsWith('$') || pattern.endsWith('\\$')) unsupported()
  const chars = [...pattern.slice(1, -1)]
  let at = 0

  const code = (c: string | undefined): number => c?.codePointAt(0) ?? unsupported()
  const escaped = (): CharSet => {
    const c = chars[at++] ?? unsupported()
    const shorthand = SHORTHAND[c]
    if (shorthand) return shorthand
    if (c === 'u' || c === 'x') {
      const width = c === 'u' ? 4 : 2
      const hex = chars.slice(at, at + width).join('')
      if (!/^[0-9a-fA-F]+$/.test(hex) || hex.length !== width) unsupported()
      at += width
      return [[Number.parseInt(hex, 16), Number.parseInt(hex, 16)]]
    }
    const control = CONTROL[c]
    if (control !== undefined) return [[control, control]]
    if (/[A-Za-z0-9]/.test(c)) unsupported()
    return [[code(c), code(c)]]
  }
  const classSet = (): CharSet => {
    const negated = chars[at] === '^'
    if (negated) at++
    const ranges: (readonly [number, number])[] = []
    const member = (): CharSet => {
      const c = chars[at++]
      return c === '\\' ? escaped() : [[code(c), code(c)]]
    }
    while (chars[at] !== ']') {
      if (at >= chars.length) unsupported()
      const first = member()
      if (chars[at] === '-' && chars[at + 1] !== ']') {
        at++
        const last = member()
        const low = first[0]?.[0] ?? unsupported()
        const high = last[0]?.[1] ?? unsupported()
        if (first.length !== 1 || last.length !== 1 || low > high) unsupported()
        ranges.push([low, high])
      } else ranges.push(...first)
    }
    at++
    return negated ? negate(ranges) : normalise(ranges)
  }
  const quantifier = (): { min: number; max: number } => {
    const c = chars[at]
    if (c === '?') {
      at++
      return { min: 0, max: 1 }
    }
    if (c === '*' || c === '+') unsupported()
    if (c !== '{') return { min: 1, max: 1 }
    const end = chars.indexOf('}', at)
    const match = /^(\d+)(?:,(\d+))?$/.exec(chars.slice(at + 1, end).join(''))
    if (end < 0 || !match) return unsupported()
    at = end + 1
    const min = Number(match[1])
    const max = Number(match[2] ?? match[1])
    return max < min ? unsupported() : { min, max }
  }

  const parts: PatternPart[] = []
  while (at < chars.length) {
    const c = chars[at++] ?? ''
    if ('()|*+?{}^$'.includes(c)) unsupported()
    const set: CharSet = c === '[' ? classSet() : c === '\\' ? escaped() : c === '.' ? PLAIN_CHARS : [[code(c), code(c)]]
    const usable = intersect(set, PLAIN_CHARS)
    if (usable.length === 0) unsupported()
    parts.push({ set: usable, ...quantifier() })
  }
  return parts
}
