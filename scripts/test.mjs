// npm test: everything that can be checked without Python, in order of cost; ends with `N passed, N failed`.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const reports = join(root, 'reports')
mkdirSync(reports, { recursive: true })

const bin = (name) => join(root, 'node_modules', '.bin', name)
const readJson = (file) => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null)

const vitestCounts = (file) => {
  const r = readJson(file)
  return r && { passed: r.numPassedTests, failed: r.numFailedTests + r.numFailedTestSuites * (r.numFailedTests === 0 ? 1 : 0) }
}
/** One line a failed test, said again at the end: a log that was cut still tells what failed. */
const vitestFailures = (file) =>
  (readJson(file)?.testResults ?? []).flatMap(({ name, message, assertionResults }) => {
    const lines = assertionResults
      .filter((t) => t.status === 'failed')
      .map((t) => `${relative(root, name)} › ${t.fullName}: ${(t.failureMessages ?? []).join(' ').slice(0, 600)}`)
    return lines.length > 0 || !message ? lines : [`${relative(root, name)}: ${message.slice(0, 600)}`]
  })
const playwrightCounts = (file) => {
  const r = readJson(file)
  return r && { passed: r.stats.expected, failed: r.stats.unexpected + r.stats.flaky }
}
const playwrightFailures = (file) => {
  const specs = (suite) => [...(suite.specs ?? []), ...(suite.suites ?? []).flatMap(specs)]
  return (readJson(file)?.suites ?? [])
    .flatMap(specs)
    .filter((spec) => !spec.ok)
    .map(({ file: at, title, tests }) => {
      const said = tests.flatMap((t) => t.results.flatMap((r) => r.errors.map((e) => e.message)))
      return `${at} › ${title}: ${said.join(' ').slice(0, 600)}`
    })
}

const vitest = join(reports, 'vitest.json')
const playwright = join(reports, 'playwright.json')
const steps = [
  { name: 'set-up', command: [process.execPath, 'scripts/setup.mjs', '--tests'] },
  { name: 'types', command: [bin('tsc'), '-b'] },
  { name: 'format and lint', command: [bin('biome'), 'ci', '.'] },
  { name: 'unused code', command: [bin('knip')] },
  { name: 'content', command: ['npm', 'run', '--silent', 'check:content'] },
  { name: 'build', command: [process.execPath, 'scripts/start.mjs', '--build-only'] },
  {
    name: 'unit, contract, server, architecture',
    command: [bin('vitest'), 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${vitest}`],
    report: vitest,
    counts: vitestCounts,
    failures: vitestFailures,
  },
  {
    name: 'browser',
    command: [bin('playwright'), 'test'],
    report: playwright,
    counts: playwrightCounts,
    failures: playwrightFailures,
  },
]

let passed = 0
let failed = 0
const rows = []
const failures = []
for (const { name, command, report, counts, failures: failuresIn } of steps) {
  console.log(`\n=== ${name}`)
  if (report) rmSync(report, { force: true })
  const began = Date.now()
  const [file, ...args] = command
  const done = spawnSync(file, args, { cwd: root, stdio: 'inherit', env: { ...process.env, FORCE_COLOR: '0' } })
  const good = done.status === 0
  const found = counts?.(report)
  const own = found ?? { passed: good ? 1 : 0, failed: good ? 0 : 1 }
  // A runner that exits with an error without a failed test (a crash, an unhandled rejection) has still failed.
  if (!good && own.failed === 0) own.failed = 1
  if (!good) failures.push(...(failuresIn?.(report) ?? [`the step “${name}”`]))
  passed += own.passed
  failed += own.failed
  rows.push(
    `${good ? 'ok    ' : 'FAILED'} ${name}: ${own.passed} passed, ${own.failed} failed, ${((Date.now() - began) / 1000).toFixed(0)} s`,
  )
  if (!good && ['set-up', 'build'].includes(name)) break
}

console.log(`\n${rows.join('\n')}`)
for (const line of failures) console.log(`failed: ${line.replace(/\s+/g, ' ')}`)
console.log(`${passed} passed, ${failed} failed`)
process.exit(failed === 0 && passed > 0 ? 0 : 1)
