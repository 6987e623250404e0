import { describe, expect, it } from 'vitest'
import type { Finding } from '#contracts/clinical/finding.ts'
import type { Sex } from '#contracts/clinical/profile.ts'
import { compareLevels } from '#domain/shared/level.ts'
import { evaluateCondition } from '#domain/triage/evaluate-condition.ts'
import { makeFacts } from '#domain/triage/facts.ts'
import { selectProtocols } from '#domain/triage/select-protocols.ts'
import { triage } from '#domain/triage/triage.ts'
import { loadContent } from '../../../scripts/content/load-content.ts'

const content = loadContent()
const lexicon = content.lexicon.map((e) => e.value)
const protocols = content.protocols.map((p) => p.value)
if (!content.score || !content.limits) throw new Error('content has no vital signs')
const vitals = { score: content.score.value, limits: content.limits.value }

/** Facts of someone of 40 who tells just these; everything else is denied. */
const tell = (told: readonly string[], sex: Sex) => {
  const findings = lexicon.map(({ code }): Finding => {
    const said = told.includes(code)
    return { code, status: said ? 'present' : 'absent', source: said ? 'narrative' : 'answer' }
  })
  return makeFacts({ findings, measures: [], profile: { reporter: 'patient', sex, age: { value: 40, unit: 'year' } }, lexicon })
}

describe('a danger told beside a mild complaint', () => {
  const mild = ['joint-ache', 'muscle-aches', 'sneezing', 'minor-request']
  const dangers: [string, Sex, 'high' | 'emergency'][] = [
    ['co-exposure', 'male', 'high'],
    ['priapism', 'male', 'emergency'],
    ['priapism', 'female', 'emergency'],
    ['no-urine-12h', 'male', 'high'],
    ['mottled-skin', 'female', 'emergency'],
    ['thoughts-harm-baby', 'male', 'high'],
  ]
  it.each(dangers)('keeps %s (%s) at %s', (danger, sex, level) => {
    for (const complaint of mild) {
      const facts = tell([complaint, danger], sex)
      const chosen = selectProtocols({ facts, protocols })
      const floor = triage({ protocols: chosen, facts, mode: 'interview', vitals })
      expect(compareLevels(floor.level, level), `${complaint}: ${floor.level}`).toBeGreaterThanOrEqual(0)
    }
  })
})

describe('what is advised', () => {
  const actions = (protocolId: string, told: readonly string[]): string[] => {
    const facts = tell(told, 'male')
    const all = protocols.find((p) => p.id === protocolId)
    if (!all) throw new Error(`no protocol ${protocolId}`)
    return [...all.considerations, ...all.actions]
      .filter((a) => a.when === undefined || evaluateCondition(a.when, facts).value === 'true')
      .map((a) => a.text.en)
  }
  it.each<[string, string[], string[], RegExp]>([
    ['diarrhoea', ['diarrhoea'], ['diarrhoea', 'bloody-diarrhoea'], /stool test/],
    ['joint-pain', ['muscle-aches'], ['hot-swollen-joint'], /swollen joint at rest/],
    ['joint-pain', ['muscle-aches', 'gout-history'], ['joint-ache', 'gout-history'], /possible gout/i],
    ['travel-fever', ['animal-contact-abroad'], ['malaria-area-travel', 'fever'], /blood test for malaria/],
    ['fatigue', ['fatigue'], ['fatigue', 'pale-look'], /urgent blood count/],
  ])('%s: names a test or treatment only with its sign', (id, without, having, what) => {
    expect(actions(id, without).filter((t) => what.test(t))).toEqual([])
    expect(actions(id, having).filter((t) => what.test(t))).not.toEqual([])
  })
})
