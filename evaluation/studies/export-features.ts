/**
 * npx tsx evaluation/studies/export-features.ts [--index build/index] [--folds DIR] [--out FILE]: what the acuity model learns from,
 * one line a case of the train split: hashed features and the levels readers accepted. With --folds the findings of each
 * case come from a reader that never saw its family (DIR/0/reader.json …), so that they are as good as on new words.
 */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { ReaderFile } from '#contracts/content/reader.ts'
import type { EvaluationCase } from '#contracts/evaluation/case.ts'
import { complaintFeatures } from '#domain/acuity/complaint-model.ts'
import { acuityFeatures } from '#domain/acuity/features.ts'
import { acuityInput } from '#domain/acuity/with-acuity.ts'
import { complaintsOf } from '#domain/triage/complaints.ts'
import { openReader, type Reader } from '#domain/understanding/reader/network.ts'
import { loadCases } from '../load-cases.ts'
import { openContent } from '../open-content.ts'
import { complaintInput, playCase } from '../play-case.ts'

const BUCKETS = 2 ** 16
const TOPIC_BUCKETS = 2 ** 13

const { values } = parseArgs({
  options: {
    index: { type: 'string', default: 'build/index' },
    cases: { type: 'string', multiple: true, default: ['evaluation/cases/authored-train.jsonl'] },
    folds: { type: 'string' },
    out: { type: 'string', default: 'training/data/acuity.jsonl' },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) {
  console.log('npx tsx evaluation/studies/export-features.ts [--index DIR] [--cases FILE]… [--folds DIR] [--out FILE]')
  process.exit(0)
}

const stop = (message: string): never => {
  console.error(message)
  process.exit(1)
}

/** Readers by fold; the twin of `fold_of` in training stage reader. */
const readers = new Map<number, Reader>()
for (let k = 0; values.folds !== undefined && existsSync(join(values.folds, `${k}`, 'reader.json')); k++)
  readers.set(k, openReader(ReaderFile.parse(JSON.parse(readFileSync(join(values.folds, `${k}`, 'reader.json'), 'utf8')))))
const foldOf = (c: EvaluationCase): number =>
  createHash('sha256')
    .update(c.family ?? c.id)
    .digest()
    .readUInt32BE(0) % readers.size

const opened = openContent(values.index)
const loaded = loadCases(values.cases)
if (!opened.ok) stop(opened.error.message)
else if (!loaded.ok) stop(loaded.error.problems.map((p) => `${p.file}:${p.line}: ${p.message}`).join('\n'))
else {
  const { bundle, learnt } = opened.value.content
  const lines = loaded.value.map((c) => {
    const reader = readers.size > 0 ? readers.get(foldOf(c)) : learnt?.reader
    const played = playCase(c, { ...bundle, learnt: reader ? { reader } : {} })
    const { profile, facts, floor, protocols, hints } = played
    const topic = complaintFeatures(complaintInput(c, played), TOPIC_BUCKETS)
    const told = { words: c.narrative, language: c.language, profile, facts, protocols, hints }
    const { characters, words, facts: known } = acuityFeatures(acuityInput(floor, told), BUCKETS)
    return JSON.stringify({
      id: c.id,
      family: c.family ?? c.id,
      gold: c.gold.triage,
      floor: floor.level,
      complaints: c.gold.complaints ?? [],
      named: complaintsOf(protocols, played.findings, opened.value.content.lexicon).map((x) => x.icpc2),
      topic: topic.words,
      known: topic.known,
      characters: [...characters],
      words: [...words],
      facts: [...known],
    })
  })
  mkdirSync(dirname(values.out), { recursive: true })
  writeFileSync(values.out, `${JSON.stringify({ buckets: BUCKETS, topicBuckets: TOPIC_BUCKETS })}\n${lines.join('\n')}\n`)
  console.log(`${lines.length} cases -> ${values.out}`)
}
