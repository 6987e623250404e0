import { err, ok, type Result } from '#contracts/result.ts'
import type { JsonSchema } from '#contracts/workers/inference.ts'
import { type CharSet, intersect, PLAIN_CHARS } from './char-set.ts'
import { compileSchema, type SchemaError } from './compile-schema.ts'
import { type PatternPart, parsePattern } from './pattern.ts'
import { SchemaUnsupported } from './schema-unsupported.ts'
import type { TextGraphData } from './text-graph.ts'

const DEFAULT_MAX_LENGTH = 1000
const MAX_ITEMS = 64

/**
 * The language of `compileSchema` as EBNF for engines with a grammar of their own (xgrammar in web-llm): the same keywords,
 * compact JSON, members in schema order, the same characters. Their own reading of JSON Schema allows white space and escapes, and
 * knows no `graph`.
 */
export const schemaGrammar = (schema: JsonSchema): Result<string, SchemaError> => {
  // One judge of what is supported, whichever engine writes.
  const compiled = compileSchema(schema)
  if (!compiled.ok) return compiled
  const rules: string[] = []
  let ids = 0
  const rule = (body: string): string => {
    const name = `r${ids++}`
    rules.push(`${name} ::= ${body}`)
    return name
  }

  const classes = new Map<string, string>()
  /** A fixed character is plain text: a chain of classes costs the engine's compiler far more. */
  const partOf = ({ set, min, max }: PatternPart): string => {
    const [low, high] = set.length === 1 ? (set[0] ?? [0, 1]) : [0, 1]
    if (low === high && min === max) return literal(String.fromCodePoint(low).repeat(min))
    const key = JSON.stringify(set)
    const name = classes.get(key) ?? rule(charClass(set))
    classes.set(key, name)
    return `${name}{${min},${max}}`
  }

  /** A place is a rule of its own, since a text may come by it again. */
  const graphText = ({ start, next, end }: TextGraphData, prefix: string): string => {
    const names = new Map<string, string>()
    const pieces = (options: TextGraphData['start']): string[] =>
      options.map(([piece, place]) => `${literal(piece)} ${placeRule(place)}`)
    const placeRule = (place: string): string => {
      const known = names.get(place)
      if (known) return known
      const name = `r${ids++}`
      names.set(place, name)
      const ways = pieces(next[place] ?? [])
      if (end.includes(place)) ways.push('""')
      rules.push(`${name} ::= ${ways.join(' | ')}`)
      return name
    }
    return `${literal(`"${prefix}`)} ${rule(pieces(start).join(' | '))} ${literal('"')}`
  }

  const text = (s: JsonSchema): string => {
    if (s.graph !== undefined) return graphText(s.graph as TextGraphData, (s.prefix as string | undefined) ?? '')
    const min = (s.minLength as number | undefined) ?? 0
    const max = (s.maxLength as number | undefined) ?? DEFAULT_MAX_LENGTH
    const parts = typeof s.pattern === 'string' ? parsePattern(s.pattern) : [{ set: PLAIN_CHARS, min, max }]
    return [literal('"'), ...parts.map(partOf), literal('"')].join(' ')
  }

  const list = (s: JsonSchema): string => {
    const first = (s.prefixItems as JsonSchema[] | undefined) ?? []
    const min = (s.minItems as number | undefined) ?? 0
    const max = (s.maxItems as number | undefined) ?? MAX_ITEMS
    const at = Array.from({ length: Math.min(max, first.length + 1) }, (_, n) => rule(value(first[n] ?? (s.items as JsonSchema))))
    const item = (n: number): string => at[Math.min(n, at.length - 1)] ?? '""'
    /** After `n` items: from the last place on, so that each rule stands on the next. */
    let rest = ''
    for (let n = max; n >= 1; n--) {
      const more = n < max ? `${literal(',')} ${item(n)} ${rest}` : ''
      rest = rule(n < min ? more : more === '' ? '""' : `${more} | ""`)
    }
    const begun = max === 0 ? '""' : `${item(0)} ${rest}`
    return `${literal('[')} ${rule(min > 0 || max === 0 ? begun : `${begun} | ""`)} ${literal(']')}`
  }

  const record = (s: JsonSchema): string => {
    const members = Object.entries(s.properties as Record<string, JsonSchema>)
    const inner = members.map(
      ([name, member], i) => `${literal(`${i === 0 ? '{' : ','}${JSON.stringify(name)}:`)} ${value(member)}`,
    )
    return `${inner.join(' ')} ${literal('}')}`
  }

  const value = (s: JsonSchema): string => {
    if ('const' in s) return literal(JSON.stringify(s.const))
    if (Array.isArray(s.enum)) return rule(s.enum.map((o) => literal(JSON.stringify(o))).join(' | '))
    if (s.type === 'string') return text(s)
    if (s.type === 'array') return list(s)
    return s.type === 'boolean' ? rule('"true" | "false"') : record(s)
  }

  try {
    const root = value(schema)
    return ok([`root ::= ${root}`, ...rules].join('\n'))
  } catch (e) {
    if (e instanceof SchemaUnsupported) return err({ type: 'schema-unsupported', keyword: e.keyword })
    throw e
  }
}

/**
 * A text in EBNF: string literals, whose escapes are those of JSON, and a class for every character beyond ASCII. xgrammar 0.1.27
 * never matches such a character inside a longer literal.
 */
const literal = (text: string): string =>
  (text.match(/[\0-\x7f]+|[^\0-\x7f]/gu) ?? [''])
    .map((run) => (run.charCodeAt(0) > 0x7f ? oneChar(run) : JSON.stringify(run)))
    .join(' ')

const oneChar = (char: string): string => `[${code(char.codePointAt(0) ?? 0)}]`

/** Beyond ASCII, free text may hold letters of the Latin alphabets and the signs that go with them. */
const BEYOND_ASCII: CharSet = [
  [0xa1, 0xac],
  [0xae, 0x17f],
  [0x2013, 0x2014],
  [0x2018, 0x201e],
  [0x2022, 0x2022],
  [0x2026, 0x2026],
  [0x2264, 0x2265],
]

const ranges = (set: CharSet): string =>
  set.map(([low, high]) => (low === high ? code(low) : `${code(low)}-${code(high)}`)).join('')

/**
 * A class of characters. xgrammar 0.1.27 reads a range beyond ASCII as bytes and would let quotes and backslashes through, so
 * there each character is an alternative of its own, and only those above: fewer texts than our own decoder writes, never others.
 */
const charClass = (set: CharSet): string => {
  const ascii = intersect(set, [[0, 0x7f]])
  const beyond = intersect(set, BEYOND_ASCII).flatMap(([low, high]) =>
    Array.from({ length: high - low + 1 }, (_, n) => oneChar(String.fromCodePoint(low + n))),
  )
  const all = [...(ascii.length > 0 ? [`[${ranges(ascii)}]`] : []), ...beyond]
  if (all.length === 0) throw new SchemaUnsupported('pattern')
  return all.join(' | ')
}

const code = (point: number): string =>
  point > 0xffff ? `\\U${point.toString(16).padStart(8, '0')}` : `\\u${point.toString(16).padStart(4, '0')}`
