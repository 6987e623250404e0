import { compareLevels } from '#domain/shared/level.ts'
import type { CaseResult } from '../types.ts'
import { bootstrap, type Estimate, median, wilson } from './intervals.ts'
import { isEscalatedRight, isExact, isGoldEmergency, isOver, isSafe, isUnder, type Judged, quadraticKappa } from './levels.ts'

/** Rates are 0-1 with 95 % intervals; `ms` is wall time a case. */
export type Summary = {
  n: number
  exact: Estimate
  safe: Estimate
  under: Estimate
  over: Estimate
  emergencies: number
  emergencies_missed: number
  kappa: Estimate
  clinical_accuracy: Estimate
  safety_compliance: Estimate
  missed_critical: Estimate
  finding_precision: Estimate
  finding_recall: Estimate
  finding_f1: Estimate
  complaint_top1: Estimate
  complaint_any: Estimate
  questions: Estimate
  ms: Estimate
  hand_offs: number
  first_valid: Estimate
  attempts_valid: Estimate
  tokens: Estimate
}

export const judged = (r: CaseResult): Judged => ({ level: r.level, gold: r.gold.triage })

const share = (results: readonly CaseResult[], test: (j: Judged) => boolean): Estimate =>
  wilson(results.filter((r) => test(judged(r))).length, results.length)

/** Counts over the codes that the gold lists; findings beyond them are not judged. */
export type FindingCounts = { hit: number; false: number; missed: number }

export const findingCounts = (r: CaseResult): FindingCounts => {
  const counts = { hit: 0, false: 0, missed: 0 }
  for (const [code, gold] of Object.entries(r.gold.findings ?? {})) {
    const got = r.findings[code] ?? 'unknown'
    if (got === 'present' && gold === 'present') counts.hit++
    else if (got === 'present') counts.false++
    else if (gold === 'present') counts.missed++
  }
  return counts
}

const total = (results: readonly CaseResult[]): FindingCounts =>
  results.map(findingCounts).reduce((a, b) => ({ hit: a.hit + b.hit, false: a.false + b.false, missed: a.missed + b.missed }), {
    hit: 0,
    false: 0,
    missed: 0,
  })
/** 2 TP / (2 TP + FP + FN); NaN when there is nothing to find and nothing was found. */
const f1 = (results: readonly CaseResult[]): number => {
  const c = total(results)
  return (2 * c.hit) / (2 * c.hit + c.false + c.missed)
}

export const summarise = (results: readonly CaseResult[]): Summary => {
  const emergencies = results.filter((r) => isGoldEmergency(judged(r)))
  const withFindings = results.filter((r) => r.gold.findings !== null)
  const found = total(withFindings)
  const withComplaints = results.filter((r) => r.gold.complaints !== null)
  const right = (r: CaseResult, icpc2: string | undefined): boolean =>
    icpc2 !== undefined && (r.gold.complaints ?? []).includes(icpc2)
  const top1 = withComplaints.filter((r) => right(r, r.protocols[0]?.icpc2))
  const any = withComplaints.filter((r) => r.protocols.some((p) => right(r, p.icpc2)))
  const interviews = results.filter((r) => r.interview)
  const written = results.flatMap((r) => (r.model && r.model.tries > 0 ? [r.model] : []))
  const attempts = written.flatMap((m) => m.attempts)
  const tries = written.reduce((sum, m) => sum + m.tries, 0)
  return {
    n: results.length,
    exact: share(results, isExact),
    safe: share(results, isSafe),
    under: share(results, isUnder),
    over: share(results, isOver),
    emergencies: emergencies.length,
    emergencies_missed: emergencies.filter((r) => r.level !== 'emergency').length,
    kappa: bootstrap(results.map(judged), quadraticKappa),
    clinical_accuracy: share(results, isEscalatedRight),
    safety_compliance: wilson(results.filter((r) => r.unsafe.length === 0).length, results.length),
    missed_critical: wilson(emergencies.filter((r) => compareLevels(r.level, 'high') < 0).length, emergencies.length),
    finding_precision: wilson(found.hit, found.hit + found.false),
    finding_recall: wilson(found.hit, found.hit + found.missed),
    finding_f1: bootstrap(withFindings, f1),
    complaint_top1: wilson(top1.length, withComplaints.length),
    complaint_any: wilson(any.length, withComplaints.length),
    questions: bootstrap(
      interviews.map((r) => r.asked.length),
      median,
    ),
    ms: bootstrap(
      results.map((r) => r.ms),
      median,
    ),
    hand_offs: results.filter((r) => r.model && r.model.handOff !== null && r.model.handOff !== 'emergency').length,
    first_valid: wilson(written.filter((m) => m.handOff === null && m.tries === 1).length, written.length),
    attempts_valid: wilson(written.filter((m) => m.handOff === null).length, tries),
    tokens: bootstrap(
      attempts.map((a) => a.tokens),
      median,
    ),
  }
}
