import { err, ok, type Result } from '#contracts/result.ts'
import type { JsonSchema } from '#contracts/workers/inference.ts'
import type { Node } from './automaton.ts'
import { hasChar, meets, PLAIN_CHARS } from './char-set.ts'
import { type PatternPart, parsePattern } from './pattern.ts'
import { SchemaUnsupported } from './schema-unsupported.ts'
import { TextGraph, type TextGraphData } from './text-graph.ts'

export type SchemaError = { type: 'schema-unsupported'; keyword: string }

/** A string without its own limit still has to end somewhere. */
const DEFAULT_MAX_LENGTH = 1000
const MAX_ITEMS = 64
const utf8 = new TextEncoder()

/**
 * Compiles a JSON Schema to an automaton over the bytes of its compact JSON (as `JSON.stringify` writes it, members in
 * schema order). Supported: `const`, `enum`, `boolean`, `string` (with `pattern` or `minLength`/`maxLength`), `array`
 * (bounded, `prefixItems` too), `object` (every property required, nothing additional), and the extension `graph` (a string that follows a text graph).
 * Anything else is refused, never ignored.
 */
export const compileSchema = (schema: JsonSchema): Result<Node, SchemaError> => {
  let ids = 0
  const end: Node = { kind: 'end', id: ids++ }
  const branch = (next: ReadonlyMap<number, Node>): Node => ({ kind: 'branch', id: ids++, next })
  const literal = (text: string, next: Node): Node =>
    utf8.encode(text).reduceRight<Node>((after, byte) => branch(new Map([[byte, after]])), next)

  /** One of several texts; none may be the beginning of another. */
  const oneOf = (texts: readonly Uint8Array[], at: number, next: Node): Node => {
    if (texts.every((t) => t.length === at)) return next
    const groups = new Map<number, Uint8Array[]>()
    for (const text of texts) {
      const byte = text[at]
      if (byte === undefined) throw new SchemaUnsupported('enum')
      groups.set(byte, [...(groups.get(byte) ?? []), text])
    }
    return branch(new Map([...groups].map(([byte, group]) => [byte, oneOf(group, at + 1, next)])))
  }

  const values = (options: readonly unknown[], next: Node): Node => {
    if (options.length === 0) throw new SchemaUnsupported('enum')
    return oneOf(
      options.map((o) => utf8.encode(JSON.stringify(o))),
      0,
      next,
    )
  }

  const chars = (part: PatternPart, next: Node): Node => {
    if (part.max === 0) return next
    const [low, high] = part.set.length === 1 ? (part.set[0] ?? [0, 1]) : [0, 1]
    // A fixed character is a choice the model does not have: as plain bytes it can be jumped over.
    if (low === high && part.min === part.max) return literal(String.fromCodePoint(low).repeat(part.min), next)
    if (overlaps(part, next)) throw new SchemaUnsupported('pattern')
    return { kind: 'chars', id: ids++, set: part.set, min: part.min, max: part.max, next }
  }

  /** `{ type: 'string', graph, prefix? }`: a text that follows a graph, see `text-graph.ts`. */
  const graphText = (s: JsonSchema, next: Node): Node => {
    if (!isGraph(s.graph) || s.pattern !== undefined) throw new SchemaUnsupported('graph')
    const node: Node = { kind: 'graph', id: ids++, graph: new TextGraph(s.graph), next: literal('"', next) }
    return literal(`"${typeof s.prefix === 'string' ? s.prefix : ''}`, node)
  }

  const text = (s: JsonSchema, next: Node): Node => {
    if (s.graph !== undefined) return graphText(s, next)
    if (typeof s.pattern === 'string' && (s.minLength !== undefined || s.maxLength !== undefined)) {
      throw new SchemaUnsupported('pattern')
    }
    const parts: PatternPart[] =
      typeof s.pattern === 'string'
        ? parsePattern(s.pattern)
        : [{ set: PLAIN_CHARS, min: count(s, 'minLength', 0), max: count(s, 'maxLength', DEFAULT_MAX_LENGTH) }]
    return literal(
      '"',
      parts.reduceRight((after, part) => chars(part, after), literal('"', next)),
    )
  }

  const list = (s: JsonSchema, next: Node): Node => {
    const min = count(s, 'minItems', 0)
    const max = count(s, 'maxItems', MAX_ITEMS)
    const item = s.items
    if (max > MAX_ITEMS || min > max || !isSchema(item)) throw new SchemaUnsupported('items')
    const first = s.prefixItems ?? []
    if (!Array.isArray(first) || !first.every(isSchema)) throw new SchemaUnsupported('prefixItems')
    const at = (n: number): JsonSchema => first[n] ?? item
    const close = literal(']', next)
    /** After `n` items. */
    const after = (n: number): Node => {
      if (n >= max) return close
      const more = literal(',', value(at(n), after(n + 1)))
      return n >= min ? both(close, more) : more
    }
    if (max === 0) return literal('[', close)
    const begun = value(at(0), after(1))
    return literal('[', min > 0 ? begun : both(begun, close))
  }

  const both = (a: Node, b: Node): Node => {
    if (a.kind !== 'branch' || b.kind !== 'branch' || [...a.next.keys()].some((k) => b.next.has(k)))
      throw new SchemaUnsupported('items')
    return branch(new Map([...a.next, ...b.next]))
  }

  const record = (s: JsonSchema, next: Node): Node => {
    const properties = s.properties
    const required = s.required
    if (!isSchema(properties) || !Array.isArray(required) || s.additionalProperties !== false)
      throw new SchemaUnsupported('object')
    const members = Object.entries(properties)
    if (members.length === 0 || members.length !== required.length || members.some(([k]) => !required.includes(k))) {
      throw new SchemaUnsupported('required')
    }
    return members.reduceRight<Node>(
      (after, [name, member], i) => {
        if (!isSchema(member)) throw new SchemaUnsupported('properties')
        return literal(`${i === 0 ? '{' : ','}${JSON.stringify(name)}:`, value(member, after))
      },
      literal('}', next),
    )
  }

  const value = (s: JsonSchema, next: Node): Node => {
    for (const keyword of Object.keys(s)) if (!KNOWN.has(keyword)) throw new SchemaUnsupported(keyword)
    if ('const' in s) return values([s.const], next)
    if (Array.isArray(s.enum)) return values(s.enum, next)
    switch (s.type) {
      case 'string':
        return text(s, next)
      case 'array':
        return list(s, next)
      case 'object':
        return record(s, next)
      case 'boolean':
        return values([true, false], next)
      default:
        throw new SchemaUnsupported('type')
    }
  }

  try {
    return ok(value(schema, end))
  } catch (e) {
    if (e instanceof SchemaUnsupported) return err({ type: 'schema-unsupported', keyword: e.keyword })
    throw e
  }
}

const KNOWN = new Set(
  'const enum type pattern minLength maxLength graph prefix items prefixItems minItems maxItems properties required additionalProperties title description $schema'.split(
    ' ',
  ),
)

const isSchema = (s: unknown): s is JsonSchema => typeof s === 'object' && s !== null && !Array.isArray(s)

/** Pieces are plain text: no quote, backslash or control character, which would break out of the JSON string. */
const isGraph = (g: unknown): g is TextGraphData => {
  if (!isSchema(g) || !Array.isArray(g.start) || !isSchema(g.next) || !Array.isArray(g.end)) return false
  const pieces = [g.start, ...Object.values(g.next)].flat() as unknown[]
  return pieces.every(
    (p) => Array.isArray(p) && typeof p[0] === 'string' && /^[^"\\\p{C}]+$/u.test(p[0]) && typeof p[1] === 'string',
  )
}

const count = (s: JsonSchema, keyword: string, otherwise: number): number => {
  const n = s[keyword] ?? otherwise
  if (typeof n !== 'number' || !Number.isInteger(n) || n < 0) throw new SchemaUnsupported(keyword)
  return n
}

/** Whether a character of `part` could also begin what follows: then one byte would have two meanings. */
const overlaps = (part: PatternPart, next: Node): boolean => {
  if (part.min === part.max || next.kind === 'end' || next.kind === 'graph') return false
  if (next.kind === 'branch')
    return [...next.next.keys()].some((b) => (b < 0x80 ? hasChar(part.set, b) : meets(part.set, 0x80, 0x10ffff)))
  return next.set.some(([low, high]) => meets(part.set, low, high)) || (next.min === 0 && overlaps(part, next.next))
}
