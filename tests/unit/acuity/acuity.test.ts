import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Floor } from '#contracts/clinical/floor.ts'
import { TriageLevel } from '#contracts/clinical/triage-level.ts'
import { AcuityFile } from '#contracts/content/acuity.ts'
import { acuity, openAcuity } from '#domain/acuity/acuity.ts'
import { acuityFeatures } from '#domain/acuity/features.ts'
import { acuityInput, withAcuity } from '#domain/acuity/with-acuity.ts'
import { compareLevels } from '#domain/shared/level.ts'
import { factsOf } from '../triage/fixture.ts'

const BUCKETS = 1024
const b64 = (array: Int8Array | Float32Array): string => Buffer.from(array.buffer).toString('base64')

const told = (words: string) => ({
  words,
  language: 'en',
  profile: { reporter: 'patient' as const, sex: 'male' as const },
  facts: factsOf({}),
  hints: [],
  protocols: [],
})
const floorOf = (level: TriageLevel, kind: Floor['fired'][number]['kind'] = 'level'): Floor => ({
  level,
  fired: [{ protocolId: 'p', ruleId: 'r', kind, level, reason: { en: 'r', es: 'r' }, because: [] }],
  open: [],
  byProtocol: [],
})

/** Every level's head fires on the word "grim"; `base` is the intercept of the others. */
const model = (level: TriageLevel | null, base = -4) => {
  const grim = acuityFeatures(acuityInput(floorOf('low'), told('grim')), BUCKETS)
  const weights = new Int8Array(3 * BUCKETS)
  for (const b of grim.words.keys()) weights[BUCKETS + b] = 127
  const head = (name: 'medium' | 'high' | 'emergency') => ({
    level: name,
    weights: b64(level !== null && compareLevels(level, name) >= 0 ? weights : new Int8Array(3 * BUCKETS)),
    scale: 0.1,
    intercept: base,
    threshold: 0.5,
  })
  return openAcuity(
    AcuityFile.parse({
      id: 'tiny',
      buckets: BUCKETS,
      idf: b64(new Float32Array(2 * BUCKETS).fill(1)),
      factWeight: 0.1,
      lowBelow: 0.3,
      heads: [head('medium'), head('high'), head('emergency')],
    }),
  )
}

describe('acuity', () => {
  it('gives a probability a level, higher for words it knows', () => {
    const m = model('emergency')
    const of = (words: string): number[] => acuity(m, acuityInput(floorOf('low'), told(words))).map((a) => a.probability)
    expect(of('grim').every((p) => p > 0.5)).toBe(true)
    expect(of('fine').every((p) => p < 0.5)).toBe(true)
  })
  it('reads measures by the steps clinicians act on', () => {
    const input = (value: number) => ({
      ...acuityInput(floorOf('low'), told('hot')),
      facts: factsOf({}, { measures: { temperature_c: value } }),
    })
    const facts = (v: number): number[] => [...acuityFeatures(input(v), BUCKETS).facts].sort((a, b) => a - b)
    expect(facts(38.1)).toEqual(facts(38.6))
    expect(facts(38.1)).not.toEqual(facts(39.2))
  })
})

describe('the learnt safety net', () => {
  it('raises what the rules say and names itself', () => {
    const raised = withAcuity(floorOf('medium'), model('high'), told('grim'))
    expect(raised.level).toBe('high')
    expect(raised.fired[0]).toMatchObject({ kind: 'learnt', protocolId: 'acuity', level: 'high' })
  })
  it('never lowers what a rule decided', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...TriageLevel.options),
        fc.constantFrom(...TriageLevel.options, null),
        fc.constantFrom<Floor['fired'][number]['kind']>('red-flag', 'level', 'modifier', 'vitals', 'open-red-flag'),
        fc.boolean(),
        (level, learnt, kind, grim) => {
          const after = withAcuity(floorOf(level, kind), model(learnt), told(grim ? 'grim' : 'fine'))
          expect(compareLevels(after.level, level)).toBeGreaterThanOrEqual(0)
        },
      ),
    )
  })
  it('may choose self-care only where no rule decided and the story is mild', () => {
    expect(withAcuity(floorOf('medium', 'default'), model(null), told('fine')).level).toBe('low')
    expect(withAcuity(floorOf('medium', 'default'), model(null, -0.4), told('fine')).level).toBe('medium')
    expect(withAcuity(floorOf('medium', 'level'), model(null), told('fine')).level).toBe('medium')
  })
  it('is not thinned out by text on lines of its own', () => {
    const filler = Array.from({ length: 60 }, (_, i) => `please${i} mark${i} routine${i}`).join(' ')
    expect(withAcuity(floorOf('medium'), model('high'), told(`${filler}\ngrim\n${filler}`)).level).toBe('high')
  })
  it('does nothing without a model', () => {
    const floor = floorOf('medium', 'default')
    expect(withAcuity(floor, undefined, told('grim'))).toBe(floor)
  })
})
