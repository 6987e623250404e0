import { Assessment } from '#contracts/clinical/assessment.ts'
import { type Handover, handoverWords, MOST_HANDOVER_WORDS } from '#contracts/clinical/handover.ts'
import { attribute } from '#domain/assessment/attribute.ts'
import { caseSchema } from '#domain/assessment/case-schema.ts'
import { handoverSchema } from '#domain/assessment/handover.ts'
import { backgroundOf } from '#domain/assessment/input.ts'
import { parseOutput } from '#domain/assessment/parse.ts'
import { validateAssessment } from '#domain/safety/validate.ts'
import { compareLevels } from '#domain/shared/level.ts'
import { bootstrap, median } from '#evaluation/metrics/intervals.ts'
import { makeRow } from '../dataset/make-row.ts'
import { answer, type Bench } from './bench.ts'
import { rougeL, Shares } from './score.ts'

const HANDOVER_TOKENS = 260

/**
 * Assessment and hand-over of fresh cases. Emergencies are left out: they are handed over without the model. `raw_valid`: the whole
 * validator passes the text as written; `mended_valid`: after citations were put right by rule, as the kiosk does.
 */
export const measureAssessment = async (bench: Bench): Promise<Record<string, unknown>> => {
  const { workshop, random } = bench
  const shares = new Shares()
  const violated: Record<string, number> = {}
  const rouge: number[] = []
  const words: number[] = []
  const ms: number[] = []
  for (let done = 0; done < bench.rows; ) {
    const protocol = random.pick(workshop.bundle.protocols)
    const made = makeRow(workshop, protocol, 'fresh', random)
    if ('rejected' in made || made.level === 'emergency') continue
    done++
    process.stderr.write(`\r${done}/${bench.rows}`)
    const schema = caseSchema({ protocols: [protocol], facts: made.facts }, made.input, workshop, workshop.prompt.urgency)
    const ask = made.row.conversation_history
    const written = await answer(bench, ask, schema, workshop.prompt.maxTokens)
    const parsed = parseOutput(written?.text ?? '')
    const whole = Assessment.safeParse(parsed.ok ? parsed.value : null)
    shares.add('schema_valid', whole.success)
    if (!whole.success || !written) continue
    ms.push(written.ms)
    shares.add('level_at_or_above_floor', compareLevels(whole.data.level, made.input.floor) >= 0)
    const raw = validateAssessment(whole.data, made.validation)
    shares.add('raw_valid', raw.valid)
    if (!raw.valid) for (const v of new Set(raw.violations.map((x) => x.constraint))) violated[v] = (violated[v] ?? 0) + 1
    const unsupported = new Set(
      raw.valid ? [] : raw.violations.filter((v) => v.constraint.startsWith('citation')).map((v) => v.path),
    )
    for (const part of ['concerns', 'actions'] as const) {
      for (const i of whole.data[part].keys())
        shares.add('citations_support', ![...unsupported].some((path) => path.startsWith(`${part}.${i}`)))
    }
    const mended = attribute(whole.data, made.input, workshop.phrases.stopwordSet)
    const usable = mended !== null && validateAssessment(mended, made.validation).valid
    shares.add('mended_valid', usable)
    const first = [...whole.data.concerns, ...whole.data.actions].map((s) => s.text)
    const wanted = [...made.target.concerns, ...made.target.actions].map((s) => s.text)
    shares.add('first_concern_as_target', first[0] === wanted[0])
    const kept: Record<string, unknown> = { task: 'assess', prompt: ask.at(-1)?.content, text: written.text, valid: raw.valid }
    if (usable) {
      const follow = [
        ...ask,
        { role: 'assistant' as const, content: JSON.stringify(mended) },
        { role: 'user' as const, content: workshop.prompt.handover },
      ]
      const spoken = await answer(
        bench,
        follow,
        handoverSchema(made.input, mended, backgroundOf(workshop.lexicon)),
        HANDOVER_TOKENS,
      )
      shares.add('handover_written', spoken !== null)
      if (spoken) {
        const handover = JSON.parse(spoken.text) as Handover
        const reference = (made.row.expected_output as { handover: Handover }).handover
        words.push(handoverWords(handover))
        rouge.push(rougeL(Object.values(handover).join(' '), Object.values(reference).join(' ')))
        shares.add('handover_within_words', handoverWords(handover) <= MOST_HANDOVER_WORDS)
        kept.handover = spoken.text
      }
    }
    bench.keep(kept)
  }
  const mean = (xs: readonly number[]): number => xs.reduce((a, b) => a + b, 0) / xs.length
  return {
    ...shares.report(),
    handover_rouge_l: bootstrap(rouge, mean),
    handover_words_most: Math.max(...words),
    ms_median: median(ms),
    violated,
  }
}
