import type { EvaluationCase } from '#contracts/evaluation/case.ts'
import type { AssessContent } from '#domain/assessment/assess.ts'
import { type Summary, summarise } from '../metrics/summary.ts'
import { runCase } from '../run-case.ts'

/** Layers of understanding, each with all before it. */
export type Layers = 'lexicon' | 'lexicon + reader' | 'lexicon + reader + acuity'
export type AblationRow = { layers: Layers; summary: Summary }

/** The same cases under the rules with one layer more at a time. */
export const ablation = async (
  cases: readonly EvaluationCase[],
  content: AssessContent,
  now: () => number,
): Promise<AblationRow[]> => {
  const { learnt, ...lexicon } = content
  const variants: [Layers, AssessContent][] = [['lexicon', lexicon]]
  if (learnt?.reader) variants.push(['lexicon + reader', { ...lexicon, learnt: { reader: learnt.reader } }])
  if (learnt?.acuity) variants.push(['lexicon + reader + acuity', content])
  const rows: AblationRow[] = []
  for (const [layers, variant] of variants) {
    const results = []
    for (const c of cases) results.push(await runCase(c, variant, null, now))
    rows.push({ layers, summary: summarise(results) })
  }
  return rows
}
