import { readFileSync } from 'node:fs'
import { EvaluationCase } from '#contracts/evaluation/case.ts'
import { err, ok, type Result } from '#contracts/result.ts'

export type CaseProblem = { file: string; line: number; message: string }
export type CaseError = { type: 'cases-invalid'; problems: CaseProblem[] }

/** Reads case files, one JSON object a line; blank lines are skipped. Every problem names file and line. */
export const loadCases = (files: readonly string[]): Result<EvaluationCase[], CaseError> => {
  const cases: EvaluationCase[] = []
  const problems: CaseProblem[] = []
  const seen = new Map<string, string>()
  for (const file of files) {
    let text: string
    try {
      text = readFileSync(file, 'utf8').replace(/^\uFEFF/, '')
    } catch (e) {
      problems.push({ file, line: 1, message: `cannot be read (${(e as NodeJS.ErrnoException).code ?? 'unknown'})` })
      continue
    }
    text.split(/\r?\n/).forEach((source, i) => {
      if (source.trim() === '') return
      const line = i + 1
      const read = readCase(source)
      if (!read.ok) {
        problems.push({ file, line, message: read.error.message })
        return
      }
      const before = seen.get(read.value.id)
      if (before) problems.push({ file, line, message: `id "${read.value.id}" is already used at ${before}` })
      seen.set(read.value.id, `${file}:${line}`)
      cases.push(read.value)
    })
  }
  return problems.length > 0 ? err({ type: 'cases-invalid', problems }) : ok(cases)
}

const readCase = (source: string): Result<EvaluationCase, { type: 'case-invalid'; message: string }> => {
  const invalid = (message: string) => err({ type: 'case-invalid' as const, message })
  let raw: unknown
  try {
    raw = JSON.parse(source)
  } catch {
    return invalid('is not a JSON object')
  }
  const parsed = EvaluationCase.safeParse(raw)
  if (!parsed.success) {
    return invalid(parsed.error.issues.map((i) => `${i.path.join('.') || 'case'}: ${i.message}`).join('; '))
  }
  for (const [code, quote] of Object.entries(parsed.data.gold.quotes ?? {})) {
    if (!parsed.data.narrative.includes(quote)) return invalid(`gold.quotes.${code}: is not in the narrative`)
  }
  for (const [i, { match }] of parsed.data.answers.entries()) {
    try {
      new RegExp(match, 'i')
    } catch {
      return invalid(`answers.${i}.match: not a regular expression`)
    }
  }
  return ok(parsed.data)
}
