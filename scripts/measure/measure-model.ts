/**
 * npm run measure -- [--task assess|ask|extract|precision] [--rows N] [--seed S] [--split tune|test] [--shards DIR] [--export DIR]
 * [--out FILE.jsonl]: lets a language model answer fresh cases of the dataset generator (or stories of the case bank) under the schemas
 * that the kiosk uses, greedy, Node, first try only; prints one JSON line of shares with 95 % intervals. `--out` keeps the answers.
 * `precision` compares fp32, q8 and q4 of an export that need not be released (`--export training/out/anteroom-v1/onnx`).
 */
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { compilePhrasebook } from '#domain/safety/phrases.ts'
import { loadCases } from '#evaluation/load-cases.ts'
import { findNodeModel } from '#workers/inference/engines/node.ts'
import { compileBundle } from '../content/compile-bundle.ts'
import { loadPassages } from '../content/load-content.ts'
import { openWorkshop } from '../dataset/make-row.ts'
import { makeRandom } from '../dataset/random.ts'
import { measureQuestions } from './ask.ts'
import { measureAssessment } from './assess.ts'
import type { Bench } from './bench.ts'
import { measureExtraction } from './extract.ts'
import { measurePrecision } from './precision.ts'

const HELP =
  'npm run measure -- [--task assess|ask|extract|precision] [--rows 60] [--seed 99] [--split tune|test] [--shards model-shards] [--export DIR] [--out FILE.jsonl]'
const { values } = parseArgs({
  options: {
    task: { type: 'string', default: 'assess' },
    rows: { type: 'string', default: '60' },
    // The training set is written with seed 1.
    seed: { type: 'string', default: '99' },
    split: { type: 'string', default: 'tune' },
    shards: { type: 'string', default: 'model-shards' },
    export: { type: 'string', default: 'training/out/anteroom-v1/onnx' },
    out: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) {
  console.log(HELP)
  process.exit(0)
}

const stop = (why: string): never => {
  console.error(why)
  process.exit(1)
}
const compiled = compileBundle()
const bundle = compiled.ok ? compiled.value : stop('the content does not compile; run npm run check:content')
const workshop = openWorkshop(bundle, loadPassages(), compilePhrasebook(bundle.safety, 'en'))
let model = values.export
const released = async () => {
  const found = await findNodeModel(values.shards, null)
  const { engine, manifest } = found.ok ? found.value : stop(`no model: ${found.error.type}`)
  model = manifest.id
  const loaded = await engine.load(manifest, () => undefined)
  return loaded.ok ? { ...bench, engine } : stop(`no model: ${loaded.error.type}`)
}

const kept: string[] = []
const bench: Omit<Bench, 'engine'> = {
  workshop,
  rows: Number(values.rows),
  random: makeRandom(Number(values.seed)),
  keep: (answer) => kept.push(JSON.stringify(answer)),
}
const stories = () => {
  const read = loadCases([`evaluation/cases/authored-${values.split}.jsonl`])
  return read.ok ? read.value : stop('the case bank cannot be read')
}
const tasks: Record<string, () => Promise<Record<string, unknown>>> = {
  assess: async () => measureAssessment(await released()),
  ask: async () => measureQuestions(await released()),
  extract: async () => measureExtraction(await released(), stories()),
  precision: () => measurePrecision(bench, values.export),
}
const measured = await (tasks[values.task] ?? (() => stop(HELP)))()
process.stderr.write('\n')
if (values.out) writeFileSync(values.out, kept.map((line) => `${line}\n`).join(''))
console.log(JSON.stringify({ model, task: values.task, rows: bench.rows, ...measured }))
process.exit(0)
