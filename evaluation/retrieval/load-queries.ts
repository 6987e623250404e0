import { readFileSync } from 'node:fs'
import type { Passage } from '#contracts/content/guideline.ts'
import { LabelledQuery } from '#contracts/evaluation/retrieval-query.ts'
import { err, ok, type Result } from '#contracts/result.ts'

export type QueryError = { type: 'queries-invalid'; message: string }

/** Reads labelled queries, one JSON object a line. A passage that is not in the index is an error: ids follow the guidelines. */
export const loadQueries = (file: string, passages: ReadonlyMap<string, Passage>): Result<LabelledQuery[], QueryError> => {
  const queries: LabelledQuery[] = []
  const invalid = (line: number, message: string) =>
    err({ type: 'queries-invalid' as const, message: `${file}:${line}: ${message}` })
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    return invalid(1, 'cannot be read')
  }
  for (const [i, source] of text.split(/\r?\n/).entries()) {
    if (source.trim() === '') continue
    const parsed = readLine(source)
    if (parsed === null) return invalid(i + 1, 'not a labelled query')
    const unknown = parsed.relevant.find((id) => !passages.has(id))
    if (unknown !== undefined) return invalid(i + 1, `no passage ${unknown}`)
    if (queries.some((q) => q.id === parsed.id)) return invalid(i + 1, `id ${parsed.id} is used twice`)
    queries.push(parsed)
  }
  return ok(queries)
}

const readLine = (source: string): LabelledQuery | null => {
  try {
    return LabelledQuery.parse(JSON.parse(source))
  } catch {
    return null
  }
}
