/**
 * npm run dataset -- [--rows N] [--dialogues N] [--seed S] [--out DIR]: writes the instruction-tuning rows: `assess-*` (assessment and
 * hand-over) and `ask-*` (interviews) from the protocols, `extract-*` from the case bank (train, tune and test split);
 * `passages-train`: stories with the passages that the rules cite for them, which the embedder learns from.
 * Deterministic by seed; every assessment passes the safety validator. Exit code 1 when the content does not compile.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { EvaluationCase } from '#contracts/evaluation/case.ts'
import { compilePhrasebook } from '#domain/safety/phrases.ts'
import { loadCases } from '#evaluation/load-cases.ts'
import { compileBundle } from '../content/compile-bundle.ts'
import { loadPassages } from '../content/load-content.ts'
import { makeDialogue } from './dialogue.ts'
import { extractRow } from './extract-row.ts'
import { makeRow, openWorkshop, type Row } from './make-row.ts'
import { deal, makeRandom } from './random.ts'
import { storyPassages } from './story-passages.ts'

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '6000' },
    dialogues: { type: 'string', default: '3000' },
    seed: { type: 'string', default: '1' },
    out: { type: 'string', default: 'training/data' },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) {
  console.log('npm run dataset -- [--rows 6000] [--dialogues 3000] [--seed 1] [--out training/data]')
  process.exit(0)
}

const compiled = compileBundle()
if (!compiled.ok) {
  for (const p of compiled.error.problems) console.error(`${p.file}:${p.line}: ${p.message}`)
  process.exit(1)
}
const bundle = compiled.value
const workshop = openWorkshop(bundle, loadPassages(), compilePhrasebook(bundle.safety, 'en'))

/** Shares of levels the model should meet; emergencies are handed over without it, so they are few. */
const SHARE: Readonly<Record<string, number>> = { emergency: 0.08, high: 0.42, medium: 0.28, low: 0.22 }
const wanted = Number(values.rows)
const random = makeRandom(Number(values.seed))
const rows: Row[] = []
const counts: Record<string, number> = {}
const rejected = new Map<string, number>()
const seen = new Set<string>()

for (const protocol of bundle.protocols) {
  const quota = Math.ceil(wanted / bundle.protocols.length)
  const own: Record<string, number> = {}
  let made = 0
  for (let tries = 0; made < quota && tries < quota * 60; tries++) {
    const result = makeRow(workshop, protocol, `${protocol.id}-${made + 1}`, random)
    if ('rejected' in result) {
      rejected.set(result.rejected, (rejected.get(result.rejected) ?? 0) + 1)
      continue
    }
    const { level, row } = result
    const key = row.conversation_history[1]?.content ?? ''
    if ((own[level] ?? 0) >= quota * (SHARE[level] ?? 0) * 1.3 || seen.has(key)) continue
    seen.add(key)
    own[level] = (own[level] ?? 0) + 1
    counts[level] = (counts[level] ?? 0) + 1
    rows.push(row)
    made++
  }
  process.stderr.write(`${protocol.id}: ${made} rows ${JSON.stringify(own)}\n`)
}

mkdirSync(values.out, { recursive: true })
const write = (name: string, list: readonly object[]): void =>
  writeFileSync(join(values.out, `${name}.jsonl`), list.map((row) => `${JSON.stringify(row)}\n`).join(''))
/** Writes the parts of a task; how many rows each has. */
const writeAll = (task: string, lists: Record<string, readonly Row[]>): Record<string, number> => {
  for (const [name, list] of Object.entries(lists)) write(`${task}-${name}`, list)
  return Object.fromEntries(Object.entries(lists).map(([name, list]) => [name, list.length]))
}

const dialogues: Row[] = []
const perProtocol = Math.ceil(Number(values.dialogues) / bundle.protocols.length)
for (const protocol of bundle.protocols)
  for (let made = 0, tries = 0; made < perProtocol && tries < perProtocol * 20; tries++) {
    const row = makeDialogue(workshop, protocol, `ask-${protocol.id}-${made + 1}`, random.chance(0.5) ? 'en' : 'es', random)
    if (row) dialogues.push(row)
    if (row) made++
  }

const stories = (split: 'train' | 'tune' | 'test'): EvaluationCase[] => {
  const read = loadCases([`evaluation/cases/authored-${split}.jsonl`])
  if (!read.ok) throw new Error(`the case bank cannot be read: ${JSON.stringify(read.error)}`)
  return read.value
}
const extracts = (split: 'train' | 'tune' | 'test'): Row[] => stories(split).flatMap((s) => extractRow(workshop, s) ?? [])
const answered = stories('train').flatMap((s) => storyPassages(workshop, s) ?? [])
const parts = {
  assess: writeAll('assess', deal(rows, random)),
  ask: writeAll('ask', deal(dialogues, random)),
  extract: writeAll('extract', { train: extracts('train'), valid: extracts('tune'), test: extracts('test') }),
}
write('passages-train', answered)
const worst = [...rejected].sort((a, b) => b[1] - a[1]).slice(0, 12)
console.log(
  JSON.stringify(
    {
      ...parts,
      passages: { train: answered.length },
      levels: counts,
      rejected: Object.fromEntries(worst),
    },
    null,
    2,
  ),
)
