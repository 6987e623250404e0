import { parseArgs } from 'node:util'
import { checkContent, checkReviewDates } from './content/check-content.ts'
import { loadContent } from './content/load-content.ts'
import { formatProblem, sortProblems } from './content/problem.ts'

const usage = `npx tsx scripts/check-content.ts [--protocol ID] [--root knowledge-index] [--today YYYY-MM-DD]

Checks protocols, guidelines, lexicon, prompts and vital-sign tables. Prints file:line: message.
--protocol shows only that protocol's file and the guidelines that serve it.
Exit codes: 0 clean (warnings allowed), 1 errors found, 2 wrong use.`

const main = (): number => {
  let options: { protocol?: string; root?: string; today?: string; help?: boolean }
  try {
    options = parseArgs({
      options: {
        protocol: { type: 'string' },
        root: { type: 'string' },
        today: { type: 'string' },
        help: { type: 'boolean' },
      },
    }).values
  } catch {
    console.error(usage)
    return 2
  }
  if (options.help) {
    console.log(usage)
    return 0
  }
  const today = options.today ?? new Date().toISOString().slice(0, 10)
  const content = loadContent(options.root)
  let problems = sortProblems([
    ...content.problems,
    ...checkContent(content, options.protocol),
    ...checkReviewDates(content, today),
  ])
  if (options.protocol !== undefined) {
    const id = options.protocol
    const guidelines = content.guidelines.filter((g) => g.meta.protocols.includes(id)).map((g) => g.file)
    problems = problems.filter(
      (p) => p.file.endsWith(`/protocols/${id}.yaml`) || p.file.endsWith(`/guidelines/${id}.md`) || guidelines.includes(p.file),
    )
    if (!content.files.some((f) => f.path === `protocols/${id}.yaml`)) {
      console.error(`protocols/${id}.yaml: no such file`)
      return 1
    }
  }
  for (const problem of problems) console.log(formatProblem(problem))
  const errors = problems.filter((p) => p.severity === 'error').length
  console.log(
    `${content.protocols.length} protocols, ${content.lexicon.length} findings, ${content.guidelines.length} guidelines: ` +
      `${errors} errors, ${problems.length - errors} warnings`,
  )
  return errors > 0 ? 1 : 0
}

process.exitCode = main()
