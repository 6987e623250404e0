import { expect, test } from 'vitest'
import { Matches, rougeL, Shares } from '../../../scripts/measure/score.ts'

test('ROUGE-L is 1 for the same words, 0 for none in common, and counts order', () => {
  expect(rougeL('Chest pain at rest.', 'chest pain, at rest')).toBe(1)
  expect(rougeL('fever', 'cough')).toBe(0)
  expect(rougeL('', 'cough')).toBe(0)
  // Longest common subsequence "a c" of "a b c" and "c a c": F1 of 2/3 and 2/3.
  expect(rougeL('a b c', 'c a c')).toBeCloseTo(2 / 3)
})

test('matches are counted over all answers, not averaged', () => {
  const m = new Matches()
  m.add(new Set(['x:present', 'y:present']), new Set(['x:present']))
  m.add(new Set(), new Set(['z:absent']))
  const { precision, recall, f1 } = m.report()
  expect([precision.value, recall.value, f1]).toEqual([0.5, 0.5, 0.5])
  expect(new Matches().report().f1).toBe(0)
})

test('a share has its own number of tries', () => {
  const s = new Shares()
  s.add('valid', true)
  s.add('valid', false)
  s.add('written', true)
  expect(s.report()).toMatchObject({ valid: { value: 0.5, n: 2 }, written: { value: 1, n: 1 } })
})
