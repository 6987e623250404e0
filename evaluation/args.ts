import { parseArgs } from 'node:util'
import { Split } from '#contracts/evaluation/case.ts'
import { err, ok, type Result } from '#contracts/result.ts'
import { STUDIES, type Study } from './studies/run-study.ts'

export const HELP = `npm run evaluate -- [options]

Runs cases through the code the kiosk runs and reports how the levels compare with gold.

  --cases FILE.jsonl   case file, may be repeated (default: every file in evaluation/cases)
  --engine ID          rules (default; no model), bundled (the catalog's default model), or a model id of the catalog
  --split train|tune|test|all  only cases of that side (default all; cases without a side count for every one)
  --study NAME         instead of the table: ablation (layers of understanding), robustness (the same stories told worse),
                       injection (text that tries to lower the level), agreement (writer and second reader),
                       retrieval (labelled lay queries through the guideline index)
  --compare A.json B.json  how two report.json differ, case by case; runs nothing
  --limit N            at most N cases
  --report DIR         writes report.json and report.html there
  --index DIR          built knowledge index (default build/index; built by npm run index when missing or stale)
  --shards DIR         model catalog (default model-shards)
  --help

Progress goes to standard error, the table to standard output; its last line is one JSON object.
Exit codes: 0 done, 1 a case file is invalid (file:line: message) or something the run needs is missing, 2 bad arguments.`

export type Options = {
  help: boolean
  cases: string[]
  engine: string
  split: Split | 'all'
  study: Study | null
  compare: [string, string] | null
  limit: number
  report: string | null
  index: string
  shards: string
}

export type ArgsError = { type: 'bad-arguments'; message: string }

export const DEFAULT_INDEX = 'build/index'

const readCompare = (first: string | undefined, rest: readonly string[]): Result<[string, string] | null, ArgsError> => {
  const [second, ...more] = rest
  if (first === undefined && second === undefined) return ok(null)
  if (first === undefined || second === undefined || more.length > 0)
    return err({ type: 'bad-arguments', message: '--compare takes two files, and nothing else stands alone' })
  return ok([first, second])
}

/** Reads the command line; never exits. */
export const readArgs = (args: readonly string[]): Result<Options, ArgsError> => {
  const bad = (message: string) => err({ type: 'bad-arguments' as const, message })
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        cases: { type: 'string', multiple: true, default: [] },
        engine: { type: 'string', default: 'rules' },
        split: { type: 'string', default: 'all' },
        study: { type: 'string' },
        compare: { type: 'string' },
        limit: { type: 'string' },
        report: { type: 'string' },
        index: { type: 'string', default: DEFAULT_INDEX },
        shards: { type: 'string', default: 'model-shards' },
        help: { type: 'boolean', default: false },
      },
    })
    const { help, cases, engine, split, study, limit, report, index, shards } = values
    const compare = readCompare(values.compare, positionals)
    if (!compare.ok) return compare
    const known = STUDIES.find((s) => s === study)
    if (study !== undefined && !known) return bad(`--study is one of ${STUDIES.join(', ')}`)
    const side = split === 'all' ? split : Split.safeParse(split).data
    if (side === undefined) return bad('--split is train, tune, test or all')
    if (limit !== undefined && !/^[1-9]\d*$/.test(limit)) return bad('--limit is a whole number from 1')
    if (engine === '') return bad('--engine needs a name')
    return ok({
      help,
      cases,
      engine,
      split: side,
      study: known ?? null,
      compare: compare.value,
      limit: limit === undefined ? Number.POSITIVE_INFINITY : Number(limit),
      report: report ?? null,
      index,
      shards,
    })
  } catch (e) {
    return bad(e instanceof Error ? e.message : 'cannot be read')
  }
}
