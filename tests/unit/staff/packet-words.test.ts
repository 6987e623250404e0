import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { segmentsOf } from '#ui/screens/staff/packet/packet-words.ts'

describe('the patient’s words cut at quotes', () => {
  it('marks overlapping quotes with every finding that rests on them', () => {
    expect(segmentsOf('abcdef', [{ start: 1, end: 4 }, undefined, { start: 3, end: 5 }])).toEqual([
      { text: 'a', findings: [] },
      { text: 'bc', findings: [0] },
      { text: 'd', findings: [0, 2] },
      { text: 'e', findings: [2] },
      { text: 'f', findings: [] },
    ])
  })
  it('never alters a character', () => {
    const quotes = fc.array(fc.tuple(fc.nat(60), fc.nat(60)).map(([a, b]) => ({ start: Math.min(a, b), end: Math.max(a, b) })))
    fc.assert(
      fc.property(fc.string({ maxLength: 50 }), quotes, (words, list) => {
        expect(
          segmentsOf(words, list)
            .map((s) => s.text)
            .join(''),
        ).toBe(words)
      }),
    )
  })
})
