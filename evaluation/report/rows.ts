import type { Estimate } from '../metrics/intervals.ts'
import type { Summary } from '../metrics/summary.ts'

/** One figure of the summary, named for people. `kind` says how it is written. */
export type Row = { label: string; kind: 'rate' | 'number'; estimate: Estimate }

export const summaryRows = (s: Summary): Row[] => {
  const row = (label: string, estimate: Estimate, kind: Row['kind'] = 'rate'): Row => ({
    label,
    kind,
    estimate,
  })
  const rows = [
    row('Exact level', s.exact),
    row('Safe (not under-triaged)', s.safe),
    row('Under-triage', s.under),
    row('Over-triage', s.over),
    row('Clinical accuracy (escalated or not)', s.clinical_accuracy),
    row('Safety compliance', s.safety_compliance),
    row('Missed critical', s.missed_critical),
    row('Quadratic kappa', s.kappa, 'number'),
    row('Finding precision', s.finding_precision),
    row('Finding recall', s.finding_recall),
    row('Finding F1', s.finding_f1),
    row('Complaint, first choice', s.complaint_top1),
    row('Complaint, any chosen', s.complaint_any),
    row('First output valid', s.first_valid),
    row('All outputs valid', s.attempts_valid),
    row('Tokens an output (median)', s.tokens, 'number'),
    row('Questions an interview (median)', s.questions, 'number'),
    row('Time a case, ms (median)', s.ms, 'number'),
  ]
  return rows.filter((r) => r.estimate.n > 0)
}

export const percent = (x: number): string => (Number.isNaN(x) ? '-' : `${(100 * x).toFixed(1)} %`)
const number = (x: number): string => (Number.isNaN(x) ? '-' : x.toFixed(2))
export const written = (x: number, kind: Row['kind']): string => (kind === 'rate' ? percent(x) : number(x))
/** "70.0 % (60.4 to 78.1)" */
export const withInterval = (e: Estimate, kind: Row['kind'] = 'rate'): string =>
  Number.isNaN(e.low)
    ? written(e.value, kind)
    : `${written(e.value, kind)} (${written(e.low, kind).replace(' %', '')} to ${written(e.high, kind).replace(' %', '')})`
