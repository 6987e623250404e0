import type { JsonSchema } from '#contracts/workers/inference.ts'
import type { TextGraphData } from '../constrain/text-graph.ts'

/**
 * The schema in standard keywords, for servers that know nothing of text graphs: a graph becomes a pattern. Every text of the graph
 * matches its pattern; a pattern may allow a little more, which is why the answer is checked against the original afterwards.
 */
export const portableSchema = (schema: JsonSchema): JsonSchema =>
  Object.fromEntries(
    Object.entries(schema).flatMap(([keyword, value]): [string, unknown][] => {
      switch (keyword) {
        case 'prefix':
          return []
        case 'graph':
          return [['pattern', `^${literal(String(schema.prefix ?? ''))}${graphPattern(value as TextGraphData)}$`]]
        case 'properties':
          return [[keyword, mapValues(value as Record<string, JsonSchema>, portableSchema)]]
        case 'items':
          return [[keyword, portableSchema(value as JsonSchema)]]
        case 'prefixItems':
          return [[keyword, (value as JsonSchema[]).map(portableSchema)]]
        default:
          return [[keyword, value]]
      }
    }),
  )

/**
 * Place by place in the order a text passes them: the pieces that lead to it, and a question mark where a way leads past it. Graphs
 * that go in circles have no such order and become any short text.
 */
const graphPattern = (graph: TextGraphData): string => {
  const places = inOrder(graph)
  if (!places) return '[^"\\\\]{1,600}'
  const into = new Map<string, Set<string>>()
  for (const [piece, place] of [graph.start, ...Object.values(graph.next)].flat()) {
    into.set(place, (into.get(place) ?? new Set()).add(piece))
  }
  return places
    .map((place) => {
      const pieces = [...(into.get(place) ?? [])].map(literal)
      const group = pieces.length === 1 ? pieces[0] : `(${pieces.join('|')})`
      return isPassed(graph, place) ? group : `(${pieces.join('|')})?`
    })
    .join('')
}

/** Every text goes through the place: without it no end is reached. */
const isPassed = (graph: TextGraphData, place: string): boolean => {
  const seen = new Set<string>([place])
  const open = graph.start.map(([, to]) => to)
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (seen.has(at)) continue
    seen.add(at)
    if (graph.end.includes(at)) return false
    open.push(...(graph.next[at] ?? []).map(([, to]) => to))
  }
  return true
}

/** Places so that every piece leads onwards; null when there is a circle. */
const inOrder = (graph: TextGraphData): string[] | null => {
  const order: string[] = []
  const state = new Map<string, 'open' | 'done'>()
  const visit = (place: string): boolean => {
    const known = state.get(place)
    if (known) return known === 'done'
    state.set(place, 'open')
    if (!(graph.next[place] ?? []).every(([, to]) => visit(to))) return false
    state.set(place, 'done')
    order.unshift(place)
    return true
  }
  return graph.start.every(([, to]) => visit(to)) ? order : null
}

const literal = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')

const mapValues = <T, U>(record: Readonly<Record<string, T>>, map: (value: T) => U): Record<string, U> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]))
