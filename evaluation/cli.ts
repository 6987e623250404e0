/** npm run evaluate: see `HELP` in args.ts. */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { EvaluationCase } from '#contracts/evaluation/case.ts'
import { DEFAULT_INDEX, HELP, type Options, readArgs } from './args.ts'
import { loadCases } from './load-cases.ts'
import type { OpenEngine } from './models/open-engine.ts'
import { buildIndex, isStale, openContent } from './open-content.ts'
import { htmlReport } from './report/html.ts'
import { lastLine, makeReport } from './report/report.ts'
import { textTable } from './report/table.ts'
import { runCase } from './run-case.ts'
import { runAgreement, runCompare, runStudy } from './studies/run-study.ts'
import type { CaseResult } from './types.ts'

const ROOT = resolve(import.meta.dirname, '..')
const CASES = join(import.meta.dirname, 'cases')

const allCaseFiles = (): string[] =>
  readdirSync(CASES)
    .filter((name) => /^authored-.*\.jsonl$/.test(name))
    .sort()
    .map((name) => join(CASES, name))

const wanted = (cases: readonly EvaluationCase[], { split, limit }: Options): EvaluationCase[] =>
  cases.filter((c) => split === 'all' || c.split === undefined || c.split === split).slice(0, limit)

/** Runs the command and resolves to its exit code. */
export const evaluate = async (args: readonly string[]): Promise<number> => {
  const read = readArgs(args)
  if (!read.ok) {
    console.error(`${read.error.message}\n\n${HELP}`)
    return 2
  }
  const options = read.value
  if (options.help) {
    console.log(HELP)
    return 0
  }
  if (options.compare) return runCompare(...options.compare)
  if (options.study === 'retrieval') return run([], options)
  const loaded = loadCases(options.cases.length > 0 ? options.cases : allCaseFiles())
  if (!loaded.ok) {
    for (const p of loaded.error.problems) console.error(`${p.file}:${p.line}: ${p.message}`)
    return 1
  }
  const cases = wanted(loaded.value, options)
  if (cases.length === 0) {
    console.error('no case is left to run')
    return 1
  }
  if (options.study === 'agreement') return runAgreement(cases)
  return run(cases, options)
}

const run = async (cases: readonly EvaluationCase[], options: Options): Promise<number> => {
  const fail = (message: string): number => {
    console.error(message)
    return 1
  }
  const index = resolve(ROOT, options.index)
  const sources = [join(ROOT, 'knowledge-index'), join(ROOT, 'contracts/content')]
  if (options.index === DEFAULT_INDEX && isStale(index, sources)) {
    console.error('building the knowledge index')
    if (!buildIndex(ROOT)) return fail('npm run index failed')
  }
  const opened = openContent(index)
  if (!opened.ok) return fail(opened.error.message)
  const { content, indexId } = opened.value

  // Loaded only now: the runtime behind it is large.
  const { openEncoder } = await import('./models/open-encoder.ts')
  const encoder = await openEncoder(resolve(ROOT, options.shards))
  if (!encoder.ok) return fail(`${options.shards}: narrative encoder: ${encoder.error.code}`)
  const read = encoder.value?.read
  if (options.study === 'retrieval') {
    const { runRetrieval } = await import('./studies/run-retrieval.ts')
    return runRetrieval(options, { index, shards: resolve(ROOT, options.shards) }, content, read)
  }
  if (options.study && options.study !== 'agreement') return runStudy(options.study, cases, content, read)
  let engine: OpenEngine | null = null
  if (options.engine !== 'rules') {
    // Loaded only when asked for: the runtime behind it is large and the rules need none of it.
    const { openEngine } = await import('./models/open-engine.ts')
    const found = await openEngine(options.engine, resolve(ROOT, options.shards), index)
    if (!found.ok) return fail(found.error.message)
    engine = found.value
  }
  const results: CaseResult[] = []
  for (const c of cases) {
    results.push(await runCase(c, content, engine?.deps ?? null, () => performance.now(), read))
    progress(results.length, cases.length)
  }
  await engine?.close()

  const model = engine && `${engine.modelId}@${engine.modelHash.slice(0, 12)}`
  const info = { engine: options.engine, model, index: indexId, split: options.split }
  const report = await makeReport(cases, results, content, info, read)
  if (options.report !== null) {
    mkdirSync(options.report, { recursive: true })
    writeFileSync(join(options.report, 'report.json'), `${JSON.stringify(report, null, 2)}\n`)
    writeFileSync(join(options.report, 'report.html'), htmlReport(report))
  }
  console.log(`${textTable(report)}\n`)
  console.log(lastLine(report))
  return 0
}

/** A line that rewrites itself on a terminal; elsewhere one line in ten. */
const progress = (done: number, of: number): void => {
  if (process.stderr.isTTY) process.stderr.write(`\r${done}/${of} cases${done === of ? '\n' : ''}`)
  else if (done === of || done % Math.ceil(of / 10) === 0) process.stderr.write(`${done}/${of} cases\n`)
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href)
  process.exitCode = await evaluate(process.argv.slice(2))
