import type { TextGraph } from './text-graph.ts'

type Schema = Readonly<Record<string, unknown>>

/** Whether a text is a way through a graph, from its start to one of its ends. */
const wayThrough = (graph: TextGraph, text: string): boolean => {
  const ends = new Set(graph.end)
  const seen = new Set<string>()
  const open = graph.start.map(([piece, place]) => ({ piece, place, at: 0 }))
  for (let step = open.pop(); step; step = open.pop()) {
    const { piece, place, at } = step
    const key = `${at} ${place} ${piece}`
    if (seen.has(key) || !text.startsWith(piece, at)) continue
    seen.add(key)
    const next = at + piece.length
    if (next === text.length && ends.has(place)) return true
    for (const [p, leads] of graph.next[place] ?? []) open.push({ piece: p, place: leads, at: next })
  }
  return false
}

/** What a choice says: of a statement its text alone, as its citations are the validator's matter and may have been put right. */
const said = (value: unknown): unknown => (typeof value === 'object' && value !== null && 'text' in value ? value.text : value)

/**
 * Paths of what a value says that its case's schema (`case-schema.ts`, `handover.ts`) does not hold. An engine constrained to the schema
 * cannot stray; one that ignores it, or whose grammar cannot express it, is caught here.
 */
export const strays = (schema: Schema, value: unknown, path = ''): string[] => {
  const within = (key: string | number): string => (path === '' ? String(key) : `${path}.${key}`)
  const astray = (ok: boolean): string[] => (ok ? [] : [path])
  if ('const' in schema) return astray(value === schema.const)
  if (Array.isArray(schema.enum)) return astray(schema.enum.some((choice) => said(choice) === said(value)))
  switch (schema.type) {
    case 'string': {
      const prefix = typeof schema.prefix === 'string' ? schema.prefix : ''
      const rest = typeof value === 'string' && value.startsWith(prefix) ? value.slice(prefix.length) : null
      return astray(rest !== null && wayThrough(schema.graph as TextGraph, rest))
    }
    case 'array': {
      const [first] = schema.prefixItems as readonly Schema[]
      const most = schema.maxItems as number
      if (!Array.isArray(value) || value.length === 0 || value.length > most) return [path]
      return value.flatMap((item, i) => strays(i === 0 && first ? first : (schema.items as Schema), item, within(i)))
    }
    default: {
      if (typeof value !== 'object' || value === null) return [path]
      const members = value as Readonly<Record<string, unknown>>
      const properties = Object.entries(schema.properties as Readonly<Record<string, Schema>>)
      return properties.flatMap(([key, of]) => strays(of, members[key], within(key)))
    }
  }
}
