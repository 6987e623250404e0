import { describe, expect, it } from 'vitest'
import type { Finding } from '#contracts/clinical/finding.ts'
import type { Age } from '#contracts/clinical/profile.ts'
import { TriageLevel } from '#contracts/clinical/triage-level.ts'
import type { Protocol } from '#contracts/content/protocol.ts'
import { compareLevels } from '#domain/shared/level.ts'
import { conditionParts, questionCodes } from '#domain/triage/condition-parts.ts'
import { evaluateCondition } from '#domain/triage/evaluate-condition.ts'
import { type Facts, makeFacts } from '#domain/triage/facts.ts'
import { triage } from '#domain/triage/triage.ts'
import { checkContent } from '../../../scripts/content/check-content.ts'
import { loadContent } from '../../../scripts/content/load-content.ts'
import { formatProblem } from '../../../scripts/content/problem.ts'

const content = loadContent()
const protocols = content.protocols.map((p) => p.value)
const lexicon = content.lexicon.map((e) => e.value)
const vitals = content.score && content.limits ? { score: content.score.value, limits: content.limits.value } : null

/** A small linear congruential generator (Numerical Recipes), so that the sample is the same every time. */
const makeRandom = (seed: number): (() => number) => {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

/** A patient of this protocol who answered everything, from healthy to very ill. */
const patient = (protocol: Protocol, n: number, random: () => number): Facts => {
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T
  const rules = [...protocol.redFlags, ...protocol.levels, ...protocol.modifiers]
  const codes = new Set([...protocol.questions.flatMap(questionCodes), ...rules.flatMap((r) => conditionParts(r.when).codes)])
  const entry = pick(protocol.entry)
  const share = [0, 0.05, 0.15, 0.4][n % 4] ?? 0
  codes.delete(entry)
  const answers = [...codes].map((code): Finding => ({ code, status: random() < share ? 'present' : 'absent', source: 'answer' }))
  const age = pick<Age>([
    { value: Math.floor(random() * 14), unit: 'week' },
    { value: 3 + Math.floor(random() * 20), unit: 'month' },
    { value: 2 + Math.floor(random() * 10), unit: 'year' },
    { value: 12 + Math.floor(random() * 40), unit: 'year' },
    { value: 18 + Math.floor(random() * 70), unit: 'year' },
  ])
  return makeFacts({
    findings: [{ code: entry, status: 'present', source: 'narrative' }, ...answers],
    measures: [
      { name: 'duration_hours', value: pick([6, 48, 100, 300, 1000, 3000]), source: 'answer' },
      { name: 'gestation_weeks', value: Math.floor(random() * 42), source: 'answer' },
      { name: 'pain_score', value: Math.floor(random() * 11), source: 'answer' },
      { name: 'temperature_c', value: 36.5 + random() * 3, source: 'answer' },
    ],
    profile: { reporter: 'patient', age, sex: pick(['female', 'male']) },
    lexicon,
  })
}

describe('the shipped knowledge index', () => {
  it('passes its own check', () => {
    const problems = [...content.problems, ...checkContent(content)]
    expect(problems.filter((p) => p.severity === 'error').map(formatProblem)).toEqual([])
  })

  it('has the protocols of the first version, among them the fallback', () => {
    expect(protocols.length).toBeGreaterThanOrEqual(14)
    expect(protocols.map((p) => p.id)).toContain('general')
  })

  it.each(protocols.map((p) => [p.id, p] as const))('%s can end at every level', (_, protocol) => {
    if (!vitals) throw new Error('vital-sign tables are missing')
    const random = makeRandom(1)
    const reached = new Set<TriageLevel>()
    const levels = TriageLevel.options.filter((l) => compareLevels(l, protocol.leastLevel ?? 'low') >= 0)
    for (let n = 0; n < 20_000 && reached.size < levels.length; n++) {
      const facts = patient(protocol, n, random)
      if (protocol.applies !== undefined && evaluateCondition(protocol.applies, facts).value === 'false') continue
      reached.add(triage({ protocols: [protocol], facts, mode: 'interview', vitals }).level)
    }
    expect([...reached].sort()).toEqual([...levels].sort())
  })
})
