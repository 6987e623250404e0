/**
 * npm run dataset:answers -- [--cases FILE] [--out FILE]: what a kiosk interview adds to a narrative, as the narrative encoder
 * reads it: {id, answers} where the case is scripted or has vital signs, {id, silent} for every fourth of those whose
 * gold lists all findings. Needs the bundled encoder; about ten minutes for the train split.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { parseArgs } from 'node:util'
import { entriesOf } from '#domain/triage/facts.ts'
import { answersText } from '#domain/understanding/encoder/answers-text.ts'
import { loadCases } from '../load-cases.ts'
import { openEncoder } from '../models/open-encoder.ts'
import { openContent } from '../open-content.ts'
import { playCase } from '../play-case.ts'
import { silentInterview } from './interview-answers.ts'

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: 'evaluation/cases/authored-train.jsonl' },
    out: { type: 'string', default: 'training/data/answers-train.jsonl' },
    help: { type: 'boolean', default: false },
  },
})
const main = async (): Promise<number> => {
  if (values.help) {
    console.log(
      'npm run dataset:answers -- [--cases evaluation/cases/authored-train.jsonl] [--out training/data/answers-train.jsonl]',
    )
    return 0
  }
  const loaded = loadCases([values.cases])
  if (!loaded.ok) {
    for (const p of loaded.error.problems) console.error(`${p.file}:${p.line}: ${p.message}`)
    return 1
  }
  const opened = openContent('build/index')
  const encoder = await openEncoder('model-shards')
  if (!opened.ok || !encoder.ok) {
    console.error(opened.ok ? 'the bundled narrative encoder cannot be loaded' : opened.error.message)
    return 1
  }
  const { bundle } = opened.value.content
  const entries = entriesOf(bundle.lexicon)
  const lines: string[] = []
  for (const [at, c] of loaded.value.entries()) {
    if (at > 0 && at % 1000 === 0) process.stderr.write(`${at} cases\n`)
    const real = c.answers.length > 0 || c.vitals !== undefined
    if (!real && (!c.gold.exhaustive || at % 4 !== 0)) continue
    const told = real ? await playCase(c, { ...bundle, read: encoder.value?.read }) : silentInterview(c, bundle)
    const text = answersText(told.findings, told.measures, entries)
    if (text !== '') lines.push(JSON.stringify({ id: c.id, [real ? 'answers' : 'silent']: text }))
  }
  mkdirSync(dirname(values.out), { recursive: true })
  writeFileSync(values.out, `${lines.join('\n')}\n`)
  console.log(JSON.stringify({ cases: loaded.value.length, written: lines.length, out: values.out }))
  return 0
}
process.exit(await main())
