import { Assessment } from '#contracts/clinical/assessment.ts'
import type { InferenceEngine } from '#contracts/workers/inference.ts'
import { caseSchema } from '#domain/assessment/case-schema.ts'
import { parseOutput } from '#domain/assessment/parse.ts'
import { validateAssessment } from '#domain/safety/validate.ts'
import { makeRow } from '../dataset/make-row.ts'
import { answer, type Bench } from './bench.ts'
import { exportedEngine, type Precision } from './exported.ts'
import { Shares } from './score.ts'

const PRECISIONS: readonly Precision[] = ['fp32', 'q8', 'q4']

/**
 * Whether quantising changed what matters: fresh cases answered greedily by fp32, q8 and q4 of one export, under the kiosk's schemas.
 * Shares of `valid` (the validator passes the text as written), and of the same level and the same text as fp32.
 */
export const measurePrecision = async (bench: Omit<Bench, 'engine'>, folder: string): Promise<Record<string, unknown>> => {
  const { workshop, random } = bench
  const engines = new Map<Precision, InferenceEngine>()
  for (const precision of PRECISIONS) engines.set(precision, await exportedEngine(folder, precision))
  const shares = new Shares()
  for (let done = 0; done < bench.rows; ) {
    const protocol = random.pick(workshop.bundle.protocols)
    const made = makeRow(workshop, protocol, 'fresh', random)
    if ('rejected' in made || made.level === 'emergency') continue
    done++
    process.stderr.write(`\r${done}/${bench.rows}`)
    const schema = caseSchema({ protocols: [protocol], facts: made.facts }, made.input, workshop, workshop.prompt.urgency)
    const texts: Partial<Record<Precision, string>> = {}
    const levels: Partial<Record<Precision, string>> = {}
    for (const [precision, engine] of engines) {
      const written = await answer({ ...bench, engine }, made.row.conversation_history, schema, workshop.prompt.maxTokens)
      const parsed = parseOutput(written?.text ?? '')
      const whole = Assessment.safeParse(parsed.ok ? parsed.value : null)
      shares.add(`${precision}_valid`, whole.success && validateAssessment(whole.data, made.validation).valid)
      texts[precision] = written?.text ?? ''
      if (whole.success) levels[precision] = whole.data.level
    }
    for (const precision of PRECISIONS.slice(1)) {
      shares.add(`${precision}_level_as_fp32`, levels[precision] === levels.fp32)
      shares.add(`${precision}_text_as_fp32`, texts[precision] === texts.fp32)
    }
    bench.keep({ task: 'precision', ...texts })
  }
  return shares.report()
}
