import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { draw, greedy, seededRandom } from '#workers/inference/generate/sample.ts'

const logits = fc
  .array(fc.float({ min: -30, max: 30, noNaN: true }), { minLength: 2, maxLength: 50 })
  .map((v) => Float32Array.from(v))
const some = (length: number) => fc.subarray([...Array(length).keys()], { minLength: 1 })

describe('sampling', () => {
  it('greedy takes the best allowed token and the lower id of two equal ones, in any order', () => {
    fc.assert(
      fc.property(
        logits.chain((l) => fc.tuple(fc.constant(l), some(l.length), fc.boolean())),
        ([l, allowed, reverse]) => {
          const best = greedy(l, Int32Array.from(reverse ? [...allowed].reverse() : allowed))
          const top = Math.max(...allowed.map((id) => l[id] ?? 0))
          expect(best).toBe(allowed.find((id) => l[id] === top))
        },
      ),
    )
  })

  it('draws allowed tokens only, and the same for the same seed', () => {
    fc.assert(
      fc.property(
        logits.chain((l) => fc.tuple(fc.constant(l), some(l.length), fc.nat())),
        ([l, allowed, seed]) => {
          const once = () => draw(l, Int32Array.from(allowed), 0.7, seededRandom(seed))
          expect(allowed).toContain(once())
          expect(once()).toBe(once())
        },
      ),
    )
  })

  it('draws in proportion and leaves the unlikely tail alone', () => {
    const l = Float32Array.from([Math.log(0.6), Math.log(0.35), Math.log(0.05)])
    const random = seededRandom(1)
    const counts = [0, 0, 0]
    for (let i = 0; i < 4000; i++) {
      const id = draw(l, Int32Array.of(0, 1, 2), 1, random)
      counts[id] = (counts[id] ?? 0) + 1
    }
    expect(counts[2]).toBe(0)
    expect((counts[0] ?? 0) / 4000).toBeCloseTo(0.6 / 0.95, 1)
  })

  it('has a generator that fills [0, 1) evenly', () => {
    const random = seededRandom(42)
    const draws = Array.from({ length: 5000 }, random)
    expect(Math.min(...draws)).toBeGreaterThanOrEqual(0)
    expect(Math.max(...draws)).toBeLessThan(1)
    expect(draws.reduce((a, b) => a + b) / 5000).toBeCloseTo(0.5, 1)
  })
})
