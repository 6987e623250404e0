import { createHash } from 'node:crypto'
import { ContentBundle } from '#contracts/content/bundle.ts'
import { err, ok, type Result } from '#contracts/result.ts'
import { checkContent } from './check-content.ts'
import { loadContent } from './load-content.ts'
import { NOT_THERE, type Problem, sortProblems } from './problem.ts'

export type ContentError = { type: 'content-invalid'; problems: Problem[] }

/**
 * Checks the knowledge index and compiles it to what the kiosk loads. An overdue review does not stop a build: it shows in
 * the packet, and the content check reports it. Errors: every problem of the content; nothing is compiled from content that fails its check.
 */
export const compileBundle = (root?: string): Result<ContentBundle, ContentError> => {
  const content = loadContent(root)
  const problems = sortProblems([...content.problems, ...checkContent(content)])
  const missing = problems.filter((p) => p.message === NOT_THERE)
  const errors = problems.filter((p) => p.severity === 'error')
  if (
    errors.length > 0 ||
    !content.cues ||
    !content.score ||
    !content.limits ||
    !content.safety.en ||
    !content.safety.es ||
    missing.length > 0
  ) {
    return err({ type: 'content-invalid', problems: [...errors, ...missing] })
  }
  const hash = createHash('sha256')
  for (const file of [...content.files].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    hash.update(`${file.path}\n${createHash('sha256').update(file.text).digest('hex')}\n`)
  }
  return ok(
    ContentBundle.parse({
      hash: hash.digest('hex'),
      protocols: content.protocols.map((p) => p.value),
      lexicon: content.lexicon.map((e) => e.value),
      cues: content.cues.value,
      prompts: content.prompts.map((p) => p.value),
      vitals: { score: content.score.value, limits: content.limits.value },
      safety: { en: content.safety.en.value, es: content.safety.es.value },
    }),
  )
}
