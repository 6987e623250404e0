/**
 * npm run dataset:answers -- [--cases FILE] [--out FILE]: what a kiosk interview adds to a narrative, as the narrative encoder
 * reads it: {id, answers} where the case is scripted or has vital signs, {id, silent} for every fourth of those whose
 * gold lists all findings. Needs the bundled encoder; about ten minutes for the train split.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { parseArgs } from 'node:util'
import { EvaluationCase } from '#contracts/evaluation/case.ts'
import { entriesOf } from '#domain/triage/facts.ts'
import { answersText } from '#domain/understanding/encoder/answers-text.ts'
import { openEncoder } from '../models/open-encoder.ts'
import { openContent } from '../open-content.ts'
import { playedInterview, silentInterview } from './interview-answers.ts'

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
  const opened = openContent('build/index')
  const encoder = await openEncoder('model-shards')
  if (!opened.ok || !encoder.ok) {
    console.error(opened.ok ? 'the bundled narrative encoder cannot be loaded' : opened.error.message)
    return 1
  }
  const { bundle } = opened.value.content
  const entries = entriesOf(bundle.lexicon)
  const lines: string[] = []
  let done = 0
  for (const line of readFileSync(values.cases, 'utf8').trim().split('\n')) {
    const c = EvaluationCase.parse(JSON.parse(line))
    const real = c.answers.length > 0 || c.vitals !== undefined
    if (!real && (!c.gold.exhaustive || done % 4 !== 0)) {
      done++
      continue
    }
    const told = real ? await playedInterview(c, { ...bundle, read: encoder.value?.read }) : silentInterview(c, bundle)
    const text = answersText(told.findings, told.measures, entries)
    if (text !== '') lines.push(JSON.stringify({ id: c.id, [real ? 'answers' : 'silent']: text }))
    if (++done % 1000 === 0) process.stderr.write(`${done} cases\n`)
  }
  mkdirSync(dirname(values.out), { recursive: true })
  writeFileSync(values.out, `${lines.join('\n')}\n`)
  console.log(JSON.stringify({ cases: done, written: lines.length, out: values.out }))
  return 0
}
process.exit(await main())
