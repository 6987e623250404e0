/**
 * npm run measure -- [--rows N] [--seed S] [--shards DIR]: lets the bundled model answer fresh cases of the dataset generator
 * and prints the share that passes the validator, as written and with its citations put right. Greedy, Node, first try only.
 */
import { parseArgs } from 'node:util'
import { Assessment } from '#contracts/clinical/assessment.ts'
import { attribute } from '#domain/assessment/attribute.ts'
import { caseSchema } from '#domain/assessment/case-schema.ts'
import { parseOutput } from '#domain/assessment/parse.ts'
import { compilePhrasebook } from '#domain/safety/phrases.ts'
import { validateAssessment } from '#domain/safety/validate.ts'
import { findNodeModel } from '#workers/inference/engines/node.ts'
import { compileBundle } from './content/compile-bundle.ts'
import { loadPassages } from './content/load-content.ts'
import { makeRow, openWorkshop } from './dataset/make-row.ts'
import { makeRandom } from './dataset/random.ts'

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '60' },
    // The training set is written with seed 1.
    seed: { type: 'string', default: '99' },
    shards: { type: 'string', default: 'model-shards' },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) {
  console.log('npm run measure -- [--rows 60] [--seed 99] [--shards model-shards]')
  process.exit(0)
}

const stop = (why: string): never => {
  console.error(why)
  process.exit(1)
}
const compiled = compileBundle()
const bundle = compiled.ok ? compiled.value : stop('the content does not compile; run npm run check:content')
const workshop = openWorkshop(bundle, loadPassages(), compilePhrasebook(bundle.safety, 'en'))
const found = await findNodeModel(values.shards, null)
const { engine, manifest } = found.ok ? found.value : stop(`no model: ${found.error.type}`)
const loaded = await engine.load(manifest, () => undefined)
if (!loaded.ok) stop(`no model: ${loaded.error.type}`)
const urgency = bundle.prompts.find((p) => p.task === 'assess')?.urgency ?? stop('no prompt')

const random = makeRandom(Number(values.seed))
const wanted = Number(values.rows)
const sum = { rows: 0, raw: 0, mended: 0, tokens: 0, ms: 0 }
const violated: Record<string, number> = {}
while (sum.rows < wanted) {
  const protocol = random.pick(bundle.protocols)
  const made = makeRow(workshop, protocol, 'fresh', random)
  // Emergencies are handed over without the model.
  if ('rejected' in made || made.level === 'emergency') continue
  const schema = caseSchema({ protocols: [protocol], facts: made.facts }, made.input, workshop, urgency)
  const options = { schema, maxTokens: 320, timeoutMs: 60_000 }
  const written = await engine.generate(made.row.conversation_history, options, () => undefined)
  sum.rows++
  process.stderr.write(`\r${sum.rows}/${wanted}`)
  if (!written.ok) {
    violated[written.error.type] = (violated[written.error.type] ?? 0) + 1
    continue
  }
  sum.tokens += written.value.tokens
  sum.ms += written.value.totalMs
  const parsed = parseOutput(written.value.text)
  const raw = validateAssessment(parsed.ok ? parsed.value : null, made.validation)
  if (raw.valid) sum.raw++
  else for (const v of new Set(raw.violations.map((x) => x.constraint))) violated[v] = (violated[v] ?? 0) + 1
  const whole = Assessment.safeParse(parsed.ok ? parsed.value : null)
  const mended = whole.success ? attribute(whole.data, made.input, workshop.phrases.stopwordSet) : null
  if (validateAssessment(mended, made.validation).valid) sum.mended++
}
process.stderr.write('\n')
console.log(
  JSON.stringify({
    model: manifest.id,
    rows: sum.rows,
    raw_valid: sum.raw / sum.rows,
    mended_valid: sum.mended / sum.rows,
    tokens_mean: Math.round(sum.tokens / sum.rows),
    tokens_per_second: Math.round((1000 * sum.tokens) / sum.ms),
    violated,
  }),
)
process.exit(0)
