/**
 * npx tsx evaluation/split.ts FILE.jsonl…: deals cases to evaluation/cases/authored-{train,tune,test}.jsonl.
 * A family always lands on one side, whatever else is in the files, so cases can be added without moving others; a side
 * that a case already has stays, because what was once worked on can never become a test.
 */
import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type EvaluationCase, Split } from '#contracts/evaluation/case.ts'
import { loadCases } from './load-cases.ts'

export const SPLIT_SEED = 'anteroom-cases-2'
export const SHARES: Readonly<Record<Split, number>> = { train: 0.7, tune: 0.15, test: 0.15 }

/** Side of a family: a hash of seed and family, read as a number in [0, 1). */
export const splitOf = (family: string, seed = SPLIT_SEED): Split => {
  const at = createHash('sha256').update(`${seed}\n${family}`).digest().readUInt32BE(0) / 2 ** 32
  return at < SHARES.train ? 'train' : at < SHARES.train + SHARES.tune ? 'tune' : 'test'
}

/** Cases with their side written in; a case without a family is a family of its own. */
export const withSplit = (cases: readonly EvaluationCase[]): EvaluationCase[] =>
  cases.map((c) => ({ ...c, split: c.split ?? splitOf(c.family ?? c.id) }))

const main = (files: readonly string[]): number => {
  if (files.length === 0 || files.includes('--help')) {
    console.log('npx tsx evaluation/split.ts FILE.jsonl… writes evaluation/cases/authored-{train,tune,test}.jsonl')
    return files.length === 0 ? 2 : 0
  }
  const loaded = loadCases(files)
  if (!loaded.ok) {
    for (const p of loaded.error.problems) console.error(`${p.file}:${p.line}: ${p.message}`)
    return 1
  }
  const dealt = withSplit(loaded.value)
  for (const side of Split.options) {
    const mine = dealt.filter((c) => c.split === side).sort((a, b) => (a.id < b.id ? -1 : 1))
    const lines = mine.map(({ answers, ...c }) => JSON.stringify(answers.length > 0 ? { ...c, answers } : c))
    writeFileSync(join(import.meta.dirname, 'cases', `authored-${side}.jsonl`), `${lines.join('\n')}\n`)
    console.log(`${side}: ${mine.length} cases`)
  }
  return 0
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) process.exitCode = main(process.argv.slice(2))
