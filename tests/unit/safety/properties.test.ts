import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Assessment } from '#contracts/clinical/assessment.ts'
import { validateAssessment } from '#domain/safety/validate.ts'
import { baseOf, contextOf, outputOf, readSuite } from './suite.ts'

const RUNS = { numRuns: 400, seed: 20261122 }
const bad = ['bad-en.jsonl', 'bad-es.jsonl'].flatMap(readSuite)
/** Bad outputs that break a rule about wording, so that rewriting the words is a fair attack. */
const worded = bad.filter((c) => {
  const wording = c.violates.every(
    (v) => !['schema', 'length', 'level-below-floor', 'citation-unknown', 'citation-unsupported'].includes(v),
  )
  return wording && Assessment.safeParse(outputOf(c)).success
})
const anyWorded = fc.constantFrom(...worded)

/** Every text of an output rewritten; levels and ids stay. */
const rewrite = (raw: unknown, change: (text: string) => string): unknown => {
  const a = Assessment.parse(raw)
  const each = (list: Assessment['concerns']) => list.map((s) => ({ ...s, text: change(s.text) }))
  return {
    ...a,
    summary: change(a.summary),
    concerns: each(a.concerns),
    actions: each(a.actions),
    disclaimer: change(a.disclaimer),
  }
}

const staysInvalid = (arbitrary: fc.Arbitrary<(text: string) => string>): void => {
  fc.assert(
    fc.property(anyWorded, arbitrary, (c, change) => {
      expect(validateAssessment(rewrite(outputOf(c), change), contextOf(c.context)).valid).toBe(false)
    }),
    RUNS,
  )
}

const insertAt = (text: string, places: readonly number[], what: readonly string[]): string =>
  places.reduce((t, place, i) => {
    const at = place % (t.length + 1)
    return t.slice(0, at) + (what[i % what.length] ?? '') + t.slice(at)
  }, text)

const places = fc.array(fc.nat(2000), { minLength: 1, maxLength: 8 })

describe('a disguise never turns an invalid output valid', () => {
  test('zero-width and other invisible characters', () => {
    const invisible = fc.constantFrom('\u200b', '\u200c', '\u200d', '\u2060', '\ufeff', '\u00ad', '\u202e', '\u180e', '\u{e0041}')
    staysInvalid(
      fc.tuple(places, fc.array(invisible, { minLength: 1, maxLength: 4 })).map(
        ([at, what]) =>
          (t) =>
            insertAt(t, at, what),
      ),
    )
  })

  test('letter case', () => {
    const flips = fc.array(fc.boolean(), { minLength: 8, maxLength: 64 })
    staysInvalid(
      flips.map((flip) => (t) => [...t].map((ch, i) => (flip[i % flip.length] ? ch.toUpperCase() : ch.toLowerCase())).join('')),
    )
  })

  test('Unicode normal forms', () => {
    const forms = fc.constantFrom('NFC', 'NFD', 'NFKC', 'NFKD')
    staysInvalid(forms.map((form) => (t) => t.normalize(form)))
  })

  test('doubled spaces, also no-break and thin ones', () => {
    const space = fc.constantFrom('  ', '   ', ' \u00a0', '\u2009 ', '\t ')
    staysInvalid(space.map((wide) => (t) => t.replaceAll(' ', wide)))
  })

  test('punctuation after any words', () => {
    const mark = fc.constantFrom(',', ' -', "'", '"', ' …', ')', '!')
    staysInvalid(
      fc.tuple(mark, fc.array(fc.boolean(), { minLength: 5, maxLength: 40 })).map(
        ([m, pick]) =>
          (t) =>
            t
              .split(' ')
              .map((w, i) => (pick[i % pick.length] && i > 1 ? w + m : w))
              .join(' '),
      ),
    )
  })

  test('more punctuation at the end', () => {
    staysInvalid(fc.constantFrom('!', '...', '?!', ';', ' .', ')').map((m) => (t) => t + m))
  })
})

test('a verdict depends on its input alone', () => {
  fc.assert(
    fc.property(fc.constantFrom(...bad), (c) => {
      const [first, second] = [1, 2].map(() => validateAssessment(outputOf(c), contextOf(c.context)))
      expect(first).toEqual(second)
    }),
    RUNS,
  )
})

test('no JSON value makes it throw', () => {
  const context = contextOf('throat')
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(validateAssessment(value, context).valid).toBe(false)
    }),
    RUNS,
  )
})

test('no text in a well-formed assessment makes it throw', () => {
  const context = contextOf('throat')
  const text = fc.oneof(
    fc.string({ maxLength: 240 }),
    fc.string({ unit: 'grapheme', maxLength: 60 }),
    fc.string({ unit: 'binary', maxLength: 60 }),
  )
  fc.assert(
    fc.property(text, text, text, (a, b, d) => {
      const base = baseOf('throat') as Assessment
      const raw = { ...base, summary: a, concerns: [{ text: b, cites: ['f1'] }], disclaimer: d }
      expect(typeof validateAssessment(raw, context).valid).toBe('boolean')
    }),
    RUNS,
  )
})

test('no text takes long: hostile repetition stays within a frame (best of 3: other work on the machine only adds)', () => {
  const context = contextOf('throat')
  const base = baseOf('throat') as Assessment
  for (const unit of ['a ', 'no ', 'a-', 'possible, ', '9 ', '(', 'eighty ', "'"]) {
    const raw = { ...base, concerns: Array.from({ length: 4 }, () => ({ text: unit.repeat(240).slice(0, 240), cites: ['f1'] })) }
    const times = Array.from({ length: 3 }, () => {
      const start = performance.now()
      validateAssessment(raw, context)
      return performance.now() - start
    })
    expect(Math.min(...times)).toBeLessThan(400)
  }
})

test('the median verdict takes at most 5 ms', () => {
  const cases = [...bad, ...['good-en.jsonl', 'good-es.jsonl'].flatMap(readSuite)].map(
    (c) => [outputOf(c), contextOf(c.context)] as const,
  )
  for (const [raw, context] of cases) validateAssessment(raw, context)
  const times = cases.map(([raw, context]) => {
    const twice = [0, 0].map(() => {
      const start = performance.now()
      validateAssessment(raw, context)
      return performance.now() - start
    })
    return Math.min(...twice)
  })
  times.sort((a, b) => a - b)
  expect(times[times.length >> 1]).toBeLessThanOrEqual(5)
})
