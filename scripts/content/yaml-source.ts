import { isMap, isNode, isSeq, LineCounter, type Node, parseDocument } from 'yaml'
import type { z } from 'zod'
import type { Problem } from './problem.ts'

export type Path = readonly (string | number)[]

/** A YAML text with the way back from a path in its value to the line that wrote it. `lineOffset` shifts front matter. */
export type YamlSource = {
  file: string
  value: unknown
  lineOf: (path: Path) => number
  problems: Problem[]
}

/** Parses one YAML text; syntax errors become problems and `value` is then undefined. */
export const parseYaml = (file: string, text: string, lineOffset = 0): YamlSource => {
  const lineCounter = new LineCounter()
  const doc = parseDocument(text, { lineCounter, prettyErrors: false })
  const lineAt = (offset: number | undefined): number =>
    (offset === undefined ? 1 : lineCounter.linePos(offset).line) + lineOffset
  const problems = [...doc.errors, ...doc.warnings].map(
    (e): Problem => ({ file, line: lineAt(e.pos[0]), message: `YAML: ${e.message}`, severity: 'error' }),
  )
  const lineOf = (path: Path): number => {
    let node: unknown = doc.contents
    let offset = isNode(node) ? node.range?.[0] : 0
    for (const step of path) {
      if (isMap(node)) {
        const pair = node.items.find((p) => isNode(p.key) && 'value' in p.key && String(p.key.value) === String(step))
        if (!pair) break
        offset = (pair.key as Node).range?.[0] ?? offset
        node = pair.value
      } else if (isSeq(node)) {
        node = node.items[Number(step)]
        offset = (isNode(node) ? node.range?.[0] : undefined) ?? offset
      } else break
    }
    return lineAt(offset)
  }
  return { file, value: problems.length > 0 ? undefined : doc.toJS(), lineOf, problems }
}

type Issue = z.core.$ZodIssue

/** Flattens a zod issue: of a failed union it reports the branch that got furthest, where the mistake most likely is. */
const leafIssues = (issue: Issue): Issue[] => {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ ...issue, path: [...issue.path, key], message: `unknown member "${key}"` }))
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [issue]
  const branches = issue.errors.map((branch) => branch.flatMap(leafIssues))
  const depth = (branch: Issue[]): number => Math.max(0, ...branch.map((i) => i.path.length))
  // A misspelt key is the common mistake and sits one step deep in every branch: then name the union, not a branch.
  const best = branches.reduce((a, b) => (depth(b) > depth(a) || (depth(b) === depth(a) && b.length < a.length) ? b : a))
  if (depth(best) <= 1 && best.every((i) => i.code === 'unrecognized_keys' || i.path.length === 0 || best.length > 1)) {
    return [{ ...issue, message: 'does not follow any form of a condition' }]
  }
  return best.map((i) => ({ ...i, path: [...issue.path, ...i.path] }))
}

/** Turns schema issues into problems at the line of the member they are about. `prefix` is the path of the checked part. */
export const schemaProblems = (source: YamlSource, error: z.ZodError, prefix: Path = []): Problem[] =>
  error.issues.flatMap(leafIssues).map((issue) => {
    const path = [...prefix, ...issue.path.map((p) => (typeof p === 'symbol' ? String(p) : p))]
    return {
      file: source.file,
      line: source.lineOf(path),
      message: `${path.join('.') || 'file'}: ${issue.message}`,
      severity: 'error',
    }
  })
