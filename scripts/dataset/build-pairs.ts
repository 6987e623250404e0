/**
 * npm run dataset:pairs -- [--rows N] [--seed S] [--answers FILE] [--out DIR]: writes preference pairs for safety tuning, one a fresh
 * row of the generator: an answer the safety validator passes and one for the same prompt that it refuses, made by an edit. `--answers`
 * adds what a model wrote to prompts of an earlier run with the same rows and seed: lines of {"prompt": messages, "text": string}.
 * Deterministic by seed; no prompt is in two splits. Exit code 1 when the content does not compile.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { compilePhrasebook } from '#domain/safety/phrases.ts'
import { compileBundle } from '../content/compile-bundle.ts'
import { loadPassages } from '../content/load-content.ts'
import { BREAKS, type BreakContext, type Broken, breakAnswer, brokenBy } from './break-answer.ts'
import { type Message, makeRow, openWorkshop } from './make-row.ts'
import { deal, makeRandom } from './random.ts'

type Pair = { id: string; prompt: Message[]; chosen: string; rejected: string; constraint: string; origin: string }

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '1200' },
    // `npm run dataset` uses 1, `npm run measure` 99.
    seed: { type: 'string', default: '7' },
    answers: { type: 'string' },
    out: { type: 'string', default: 'training/data' },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) {
  console.log('npm run dataset:pairs -- [--rows 1200] [--seed 7] [--answers FILE] [--out training/data]')
  process.exit(0)
}

const stop = (why: string): never => {
  console.error(why)
  process.exit(1)
}
const wanted = Number(values.rows)
const seed = Number(values.seed)
if (!Number.isInteger(wanted) || wanted < 20 || !Number.isInteger(seed))
  stop('--rows is a whole number of at least 20, --seed one')
const compiled = compileBundle()
const bundle = compiled.ok ? compiled.value : stop('the content does not compile; run npm run check:content')
const workshop = openWorkshop(bundle, loadPassages(), compilePhrasebook(bundle.safety, 'en'))
const labels = bundle.lexicon.map((e) => e.label.en)
const random = makeRandom(seed)

const Answer = z.object({ prompt: z.array(z.object({ role: z.string(), content: z.string() })).min(1), text: z.string() })
/** Texts of a model by user message. */
const written = new Map<string, string[]>()
const lines = values.answers === undefined ? [] : readFileSync(values.answers, 'utf8').split('\n')
for (const [at, line] of lines.entries()) {
  if (line.trim() === '') continue
  let answer: z.infer<typeof Answer>
  try {
    answer = Answer.parse(JSON.parse(line))
  } catch {
    stop(`${values.answers}:${at + 1}: not {"prompt": [{"role", "content"}], "text"}`)
    break
  }
  const asked = answer.prompt.findLast((m) => m.role === 'user')?.content ?? ''
  written.set(asked, [...(written.get(asked) ?? []), answer.text])
}

const kinds = Object.keys(BREAKS)
const made: Record<string, number> = Object.fromEntries(kinds.map((k) => [k, 0]))
const levels: Record<string, number> = {}
const seen = new Set<string>()
const pairs: Pair[][] = []
let fromModel = 0

/** The kind made least often so far that works on this row. */
const broken = (target: Parameters<typeof breakAnswer>[0], context: BreakContext): Broken | null => {
  for (const kind of random.shuffle(kinds).sort((a, b) => (made[a] ?? 0) - (made[b] ?? 0))) {
    const result = breakAnswer(target, kind, context)
    if (result) return result
  }
  return null
}

for (let tries = 0; pairs.length < wanted && tries < wanted * 60; tries++) {
  // By tries, not by pairs: some protocols hardly ever end below the level that is already full.
  const protocol = bundle.protocols[tries % bundle.protocols.length] ?? stop('the content has no protocol')
  const result = makeRow(workshop, protocol, `pair-${pairs.length + 1}`, random)
  // Emergencies are handed over without the model; most random cases are urgent.
  if ('rejected' in result || result.level === 'emergency' || (levels[result.level] ?? 0) > wanted * 0.45) continue
  const { row, target, input, validation, level } = result
  const prompt = row.conversation_history
  const asked = prompt.at(-1)?.content ?? ''
  const context: BreakContext = { input, validation, labels, system: prompt[0]?.content ?? '', random }
  const chosen = JSON.stringify(target)
  if (seen.has(asked) || brokenBy(chosen, context).length > 0) continue
  const edit = broken(target, context)
  if (!edit) continue
  seen.add(asked)
  levels[level] = (levels[level] ?? 0) + 1
  made[edit.kind] = (made[edit.kind] ?? 0) + 1
  const base = { id: row.id, prompt, chosen }
  const own: Pair[] = [{ ...base, rejected: edit.text, constraint: edit.constraint, origin: `edit:${edit.kind}` }]
  for (const text of new Set(written.get(asked))) {
    const [constraint] = brokenBy(text, context)
    if (constraint === undefined) continue
    own.push({ ...base, id: `${row.id}-m${own.length}`, rejected: text, constraint, origin: 'model' })
    fromModel++
  }
  pairs.push(own)
  if (pairs.length % 100 === 0) process.stderr.write(`\r${pairs.length}/${wanted}`)
}
process.stderr.write('\n')

const parts = deal(pairs, random)
mkdirSync(values.out, { recursive: true })
for (const [name, part] of Object.entries(parts))
  writeFileSync(join(values.out, `pairs-${name}.jsonl`), part.flatMap((own) => own.map((p) => `${JSON.stringify(p)}\n`)).join(''))

const constraints: Record<string, number> = {}
for (const p of pairs.flat()) constraints[p.constraint] = (constraints[p.constraint] ?? 0) + 1
const strangers = [...written.keys()].filter((asked) => !seen.has(asked)).length
console.log(
  JSON.stringify(
    {
      pairs: pairs.flat().length,
      ...Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, part.flat().length])),
      levels,
      constraints,
      edits: made,
      ...(values.answers === undefined ? {} : { model: fromModel, prompts_of_other_rows: strangers }),
    },
    null,
    2,
  ),
)
