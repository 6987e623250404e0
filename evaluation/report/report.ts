import type { EvaluationCase } from '#contracts/evaluation/case.ts'
import type { AssessContent } from '#domain/assessment/assess.ts'
import { type Counterfactuals, counterfactuals } from '../metrics/counterfactual.ts'
import { confusion, isExact, isOver, isUnder } from '../metrics/levels.ts'
import { byProtocol, type ProtocolRow, type Subgroup, subgroups } from '../metrics/subgroups.ts'
import { judged, type Summary, summarise } from '../metrics/summary.ts'
import type { ReadNarrative } from '../play-case.ts'
import type { CaseResult } from '../types.ts'

/** Everything a run found; `report.json` is this object. */
export type Report = {
  engine: string
  model: string | null
  index: string | null
  content: string
  split: string
  summary: Summary
  confusion: number[][]
  protocols: ProtocolRow[]
  subgroups: Subgroup[]
  counterfactuals: Counterfactuals
  misses: CaseResult[]
  results: CaseResult[]
}

export type RunInfo = { engine: string; model: string | null; index: string | null; split: string }

export const makeReport = async (
  cases: readonly EvaluationCase[],
  results: readonly CaseResult[],
  content: AssessContent,
  info: RunInfo,
  read?: ReadNarrative,
): Promise<Report> => {
  const severity = (r: CaseResult): number => (isUnder(judged(r)) ? 0 : isOver(judged(r)) ? 1 : 2)
  return {
    ...info,
    content: content.bundle.hash,
    summary: summarise(results),
    confusion: confusion(results.map(judged)),
    protocols: byProtocol(results),
    subgroups: subgroups(results),
    counterfactuals: await counterfactuals(cases, { ...content.bundle, read }),
    misses: results.filter((r) => !isExact(judged(r))).sort((a, b) => severity(a) - severity(b) || (a.id < b.id ? -1 : 1)),
    results: [...results],
  }
}

const rounded = (n: number): number | null => (Number.isNaN(n) ? null : Math.round(n * 10_000) / 10_000)

/** The last line on standard output (DESIGN §7): rates 0-1, counts and medians as they are, null where nothing was measured. */
export const lastLine = ({ summary: s, engine, model, index }: Report): string =>
  JSON.stringify({
    n: s.n,
    exact: rounded(s.exact.value),
    safe: rounded(s.safe.value),
    under: rounded(s.under.value),
    over: rounded(s.over.value),
    emergencies: s.emergencies,
    emergencies_missed: s.emergencies_missed,
    kappa: rounded(s.kappa.value),
    clinical_accuracy: rounded(s.clinical_accuracy.value),
    safety_compliance: rounded(s.safety_compliance.value),
    missed_critical: rounded(s.missed_critical.value),
    finding_f1: rounded(s.finding_f1.value),
    complaint_top1: rounded(s.complaint_top1.value),
    hand_offs: s.hand_offs,
    first_valid: rounded(s.first_valid.value),
    attempts_valid: rounded(s.attempts_valid.value),
    questions_median: rounded(s.questions.value),
    ms_median: rounded(s.ms.value),
    engine,
    model,
    index,
  })
