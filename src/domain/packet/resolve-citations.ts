import type { Assessment, Statement } from '#contracts/clinical/assessment.ts'
import { err, ok, type Result } from '#contracts/result.ts'

/** `path` of a statement whose citation points at nothing; the citation itself is model text and is not repeated. */
export type CitationError = { type: 'citation-unknown'; path: string }

/** What was in the prompt, in prompt order: `AssessmentInput` fits. */
export type Citable = { findings: readonly { id: string }[]; passages: readonly { id: string }[] }

/**
 * Replaces the model's short ids (`f1`, `p2`: positions in the prompt) by finding codes and passage ids. Each id appears
 * once in a statement. Errors: an id that was not in the prompt.
 */
export const resolveCitations = (assessment: Assessment, prompt: Citable): Result<Assessment, CitationError> => {
  const ids = new Map<string, string>([
    ...prompt.findings.map((f, i) => [`f${i + 1}`, f.id] as const),
    ...prompt.passages.map((p, i) => [`p${i + 1}`, p.id] as const),
  ])
  let unknown: string | null = null
  const resolve = (list: 'concerns' | 'actions'): Statement[] =>
    assessment[list].map((statement, i) => {
      const cites = statement.cites.flatMap((cite) => ids.get(cite) ?? [])
      if (cites.length < statement.cites.length) unknown ??= `${list}.${i}`
      return { ...statement, cites: [...new Set(cites)] }
    })
  const resolved = { ...assessment, concerns: resolve('concerns'), actions: resolve('actions') }
  return unknown === null ? ok(resolved) : err({ type: 'citation-unknown', path: unknown })
}
