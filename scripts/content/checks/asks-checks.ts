import type { LoadedContent, Sourced } from '../load-content.ts'
import type { Problem } from '../problem.ts'
import type { Report } from './protocol-checks.ts'

/** Every passage is asked for in people's words, and nothing else is; the same words for two passages would tell neither apart. */
export const checkAsks = (content: LoadedContent, reporter: (s: Sourced<unknown>) => Report): Problem[] => {
  if (content.asks.length === 0) return []
  const sections = content.guidelines.flatMap((g) => g.passages.map((p) => ({ id: p.passage.id, file: g.file, line: p.line })))
  const passages = new Set(sections.map((s) => s.id))
  const covered = new Set<string>()
  const asked = new Map<string, string>()
  for (const sourced of content.asks) {
    const report = reporter(sourced)
    const { guideline, asks } = sourced.value
    if (!sourced.source.file.endsWith(`/${guideline}.yaml`)) report(['guideline'], `the file must be named ${guideline}.yaml`)
    for (const [section, wordings] of Object.entries(asks)) {
      const id = `${guideline}#${section}`
      covered.add(id)
      if (!passages.has(id)) report(['asks', section], `no passage "${id}"`)
      for (const language of ['en', 'es'] as const)
        wordings[language].forEach((words, i) => {
          const earlier = asked.get(words.toLowerCase())
          if (earlier) report(['asks', section, language, i], `the same words ask for "${earlier}"`)
          asked.set(words.toLowerCase(), id)
        })
    }
  }
  return sections
    .filter((s) => !covered.has(s.id))
    .map(({ id, file, line }) => ({ file, line, message: `nobody's words ask for "${id}" (asks/)`, severity: 'warning' }))
}
