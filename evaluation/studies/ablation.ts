import type { EvaluationCase } from '#contracts/evaluation/case.ts'
import type { AssessContent } from '#domain/assessment/assess.ts'
import { type Summary, summarise } from '../metrics/summary.ts'
import type { ReadNarrative } from '../play-case.ts'
import { runCase } from '../run-case.ts'

/** Layers of understanding, each with all before it. */
export type Layers = 'lexicon' | '+ findings of the encoder' | '+ its doubts' | '+ level and complaint of the story'
export type AblationRow = { layers: Layers; summary: Summary }

/** The same cases under the rules with one layer more at a time. */
export const ablation = async (
  cases: readonly EvaluationCase[],
  content: AssessContent,
  now: () => number,
  read: ReadNarrative | undefined,
): Promise<AblationRow[]> => {
  const findings: ReadNarrative | undefined =
    read && (async (...about) => ({ ...(await read(...about)), unseen: [], level: undefined, complaints: [] }))
  const doubts: ReadNarrative | undefined =
    read && (async (...about) => ({ ...(await read(...about)), level: undefined, complaints: [] }))
  const variants: [Layers, ReadNarrative | undefined][] = [['lexicon', undefined]]
  if (read)
    variants.push(['+ findings of the encoder', findings], ['+ its doubts', doubts], ['+ level and complaint of the story', read])
  const rows: AblationRow[] = []
  for (const [layers, variant] of variants) {
    const results = []
    for (const c of cases) results.push(await runCase(c, content, null, now, variant))
    rows.push({ layers, summary: summarise(results) })
  }
  return rows
}
