import { GuidelineMeta, type Passage } from '#contracts/content/guideline.ts'
import type { Problem } from './problem.ts'
import { parseYaml, schemaProblems } from './yaml-source.ts'

export type LoadedGuideline = { file: string; meta: GuidelineMeta; passages: { passage: Passage; line: number }[] }

const heading = /^##\s+(.+?)\s*\{#([a-z0-9-]+)\}\s*$/

/** Splits a guideline file into front matter and `## Heading {#anchor}` sections; each section is one passage. */
export const loadGuideline = (file: string, text: string): { guideline: LoadedGuideline | null; problems: Problem[] } => {
  const lines = text.split(/\r?\n/)
  const problems: Problem[] = []
  const error = (line: number, message: string): void => {
    problems.push({ file, line, message, severity: 'error' })
  }
  const end = lines.indexOf('---', 1)
  if (lines[0] !== '---' || end < 0) {
    error(1, 'front matter between two --- lines is missing')
    return { guideline: null, problems }
  }
  const source = parseYaml(file, lines.slice(1, end).join('\n'), 1)
  problems.push(...source.problems)
  const parsed = GuidelineMeta.safeParse(source.value)
  if (!parsed.success) {
    if (source.problems.length === 0) problems.push(...schemaProblems(source, parsed.error))
    return { guideline: null, problems }
  }
  const meta = parsed.data
  const sections: { heading: string; anchor: string; line: number; body: string[] }[] = []
  lines.slice(end + 1).forEach((content, i) => {
    const line = end + 2 + i
    const match = heading.exec(content)
    if (match) sections.push({ heading: match[1] ?? '', anchor: match[2] ?? '', line, body: [] })
    else if (/^##/.test(content)) error(line, 'a section heading must read "## Heading {#anchor}"')
    else if (sections.length > 0) sections.at(-1)?.body.push(content)
    else if (content.trim() !== '' && !/^#\s/.test(content)) error(line, 'text before the first section would not be indexed')
  })
  if (sections.length === 0) error(end + 1, 'the guideline has no section')
  const passages = sections.map((s) => ({
    line: s.line,
    passage: {
      id: `${meta.id}#${s.anchor}`,
      guidelineId: meta.id,
      heading: s.heading,
      text: s.body.join(' ').replace(/\s+/g, ' ').trim(),
      title: meta.title,
      source: `${meta.publisher}, ${meta.source} (${meta.year})`,
      language: meta.language,
      version: meta.version,
      reviewed: meta.reviewed,
      reviewDue: meta.reviewDue,
      protocols: meta.protocols,
    },
  }))
  return { guideline: { file, meta, passages }, problems }
}
