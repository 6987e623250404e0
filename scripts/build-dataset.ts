/**
 * npm run dataset -- [--rows N] [--seed S] [--out DIR]: writes the instruction-tuning cases derived from the protocols.
 * Deterministic by seed; every target passes the safety validator. Exit code 1 when the content does not compile.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { compilePhrasebook } from '#domain/safety/phrases.ts'
import { compileBundle } from './content/compile-bundle.ts'
import { loadPassages } from './content/load-content.ts'
import { makeRow, openWorkshop, type Row } from './dataset/make-row.ts'
import { makeRandom } from './dataset/random.ts'

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '6000' },
    seed: { type: 'string', default: '1' },
    out: { type: 'string', default: 'training/data' },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) {
  console.log('npm run dataset -- [--rows 6000] [--seed 1] [--out training/data]')
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

const shuffled = random.shuffle(rows)
const held = Math.ceil(shuffled.length * 0.05)
const parts = { test: shuffled.slice(0, held), valid: shuffled.slice(held, 2 * held), train: shuffled.slice(2 * held) }
mkdirSync(values.out, { recursive: true })
for (const [name, part] of Object.entries(parts)) {
  writeFileSync(join(values.out, `assess-${name}.jsonl`), part.map((row) => `${JSON.stringify(row)}\n`).join(''))
}
const worst = [...rejected].sort((a, b) => b[1] - a[1]).slice(0, 12)
console.log(
  JSON.stringify(
    {
      rows: rows.length,
      train: parts.train.length,
      valid: held,
      test: held,
      levels: counts,
      rejected: Object.fromEntries(worst),
    },
    null,
    2,
  ),
)
