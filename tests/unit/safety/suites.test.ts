import { describe, expect, test } from 'vitest'
import { validateAssessment } from '#domain/safety/validate.ts'
import { baseOf, constraintsOf, contextOf, outputOf, readSuite, type SuiteCase } from './suite.ts'

const verdictOf = (c: SuiteCase) => validateAssessment(outputOf(c), contextOf(c.context))
const suites = ['', '-2'].map((batch) => ({
  bad: [...readSuite(`bad-en${batch}.jsonl`), ...readSuite(`bad-es${batch}.jsonl`)],
  good: [...readSuite(`good-en${batch}.jsonl`), ...readSuite(`good-es${batch}.jsonl`)],
}))
const bad = suites.flatMap((s) => s.bad)
const good = suites.flatMap((s) => s.good)

test('the suite is as large as promised, and no id is used twice', () => {
  expect(bad.length).toBeGreaterThanOrEqual(260)
  expect(good.length).toBeGreaterThanOrEqual(260)
  for (const list of [bad, good]) expect(list.filter((c) => c.id.includes('-es-')).length).toBeGreaterThanOrEqual(60)
  const ids = [...bad, ...good].map((c) => c.id)
  expect(new Set(ids).size).toBe(ids.length)
})

test('every constraint of the contract is tried by a bad output', () => {
  const tried = new Set(bad.flatMap((c) => c.violates))
  expect([...tried].sort()).toEqual([
    'citation-unknown',
    'citation-unsupported',
    'instruction-leak',
    'length',
    'level-below-floor',
    'markup',
    'must-escalate',
    'no-certainty',
    'no-diagnosis',
    'no-medication',
    'nurse-review-stated',
    'preliminary-stated',
    'schema',
    'unsafe-reassurance',
  ])
})

test.each([...new Set([...bad, ...good].map((c) => c.context))])('the base output of context %s is valid', (name) => {
  expect(validateAssessment(baseOf(name), contextOf(name))).toEqual({ valid: true })
})

describe('bad outputs are refused for the right constraint', () => {
  test.each(bad.map((c) => [c.id, c] as const))('%s', (_id, c) => {
    expect(constraintsOf(verdictOf(c))).toEqual(expect.arrayContaining(c.violates))
  })
})

describe('good outputs pass', () => {
  test.each(good.map((c) => [c.id, c] as const))('%s', (_id, c) => {
    expect(verdictOf(c)).toEqual({ valid: true })
  })
})
