import type { FiredRule, OpenRedFlag } from '#contracts/clinical/floor.ts'
import type { EarlyWarningScore, Vitals } from '#contracts/content/vitals.ts'
import { conditionParts } from './condition-parts.ts'
import { evaluateCondition } from './evaluate-condition.ts'
import { type Facts, statusOf } from './facts.ts'

export const VITALS_ID = 'vitals'

type Part = { name: string; points: number }

/** Points of every scored part that is known. Parts that were not measured are left out, so the sum is a lower bound. */
const scoredParts = (score: EarlyWarningScore, facts: Facts): Part[] => {
  const parts = score.measures.flatMap(({ measure, bands }): Part[] => {
    const value = facts.measures.get(measure)
    if (value === undefined) return []
    const band = bands.find((b) => b.upTo === undefined || value <= b.upTo)
    return [{ name: measure, points: band?.points ?? 0 }]
  })
  const altered = score.consciousness.findings.filter((code) => statusOf(facts, code) === 'present')
  return altered[0] === undefined ? parts : [...parts, { name: altered[0], points: score.consciousness.points }]
}

const fireScore = (score: EarlyWarningScore, facts: Facts): FiredRule[] => {
  const applies = evaluateCondition({ ageAtLeast: score.ageAtLeast }, facts).value
  const parts = scoredParts(score, facts)
  // Without one measured sign there is no score: findings alone are the protocols' business.
  if (applies === 'false' || !score.measures.some(({ measure }) => facts.measures.has(measure))) return []
  const total = parts.reduce((sum, p) => sum + p.points, 0)
  const scoring = parts.filter((p) => p.points > 0).map((p) => p.name)
  const aggregate = [...score.aggregate].sort((a, b) => b.atLeast - a.atLeast).find((a) => total >= a.atLeast)
  const single = parts.filter((p) => p.points >= score.single.atLeast).map((p) => p.name)
  const rule = { protocolId: VITALS_ID, kind: 'vitals' } as const
  return [
    ...(aggregate
      ? [
          {
            ...rule,
            ruleId: `${score.id}-${aggregate.atLeast}`,
            level: aggregate.level,
            reason: aggregate.reason,
            because: scoring,
          },
        ]
      : []),
    ...(single.length > 0
      ? [{ ...rule, ruleId: `${score.id}-single`, level: score.single.level, reason: score.single.reason, because: single }]
      : []),
  ]
}

/**
 * Vital-sign rules that hold. Without an age the adult score serves; an age-bound limit that a value passes is then open,
 * unless the value is normal for an adult: the caller treats it like an open red flag.
 */
export const scoreVitals = (vitals: Vitals, facts: Facts): { fired: FiredRule[]; open: OpenRedFlag[] } => {
  const fired = fireScore(vitals.score, facts)
  const open: OpenRedFlag[] = []
  const adultPoints = new Map(scoredParts(vitals.score, facts).map((p) => [p.name, p.points]))
  for (const rule of vitals.limits.rules) {
    const { value, because, missing } = evaluateCondition(rule.when, facts)
    const { id: ruleId, level, reason } = rule
    if (value === 'true') fired.push({ protocolId: VITALS_ID, ruleId, kind: 'vitals', level, reason, because })
    const onlyAgeMissing = value === 'unknown' && missing.every((m) => m === 'age')
    const abnormal = conditionParts(rule.when).measures.some((m) => adultPoints.get(m) !== 0)
    if (onlyAgeMissing && abnormal) open.push({ protocolId: VITALS_ID, ruleId, level, reason, missing })
  }
  return { fired, open }
}
