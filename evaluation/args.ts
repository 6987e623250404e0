import { parseArgs } from 'node:util'
import { err, ok, type Result } from '#contracts/result.ts'

export const HELP = `npm run evaluate -- [options]

Runs cases through the code the kiosk runs and reports how the levels compare with gold.

  --cases FILE.jsonl   case file, may be repeated (default: every file in evaluation/cases)
  --engine ID          rules (default; no model), bundled (the catalog's default model), or a model id of the catalog
  --split tune|test|all  only cases of that side (default all; cases without a side count for every one)
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
  split: 'tune' | 'test' | 'all'
  limit: number
  report: string | null
  index: string
  shards: string
}

export type ArgsError = { type: 'bad-arguments'; message: string }

export const DEFAULT_INDEX = 'build/index'

/** Reads the command line; never exits. */
export const readArgs = (args: readonly string[]): Result<Options, ArgsError> => {
  const bad = (message: string) => err({ type: 'bad-arguments' as const, message })
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        cases: { type: 'string', multiple: true, default: [] },
        engine: { type: 'string', default: 'rules' },
        split: { type: 'string', default: 'all' },
        limit: { type: 'string' },
        report: { type: 'string' },
        index: { type: 'string', default: DEFAULT_INDEX },
        shards: { type: 'string', default: 'model-shards' },
        help: { type: 'boolean', default: false },
      },
    })
    const { help, cases, engine, split, limit, report, index, shards } = values
    if (split !== 'tune' && split !== 'test' && split !== 'all') return bad('--split is tune, test or all')
    if (limit !== undefined && !/^[1-9]\d*$/.test(limit)) return bad('--limit is a whole number from 1')
    if (engine === '') return bad('--engine needs a name')
    return ok({
      help,
      cases,
      engine,
      split,
      limit: limit === undefined ? Number.POSITIVE_INFINITY : Number(limit),
      report: report ?? null,
      index,
      shards,
    })
  } catch (e) {
    return bad(e instanceof Error ? e.message : 'cannot be read')
  }
}
