import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compileLexicon } from '#domain/understanding/lexicon-index.ts'
import { fold } from '#domain/understanding/text/fold.ts'
import { isOneEditApart } from '#domain/understanding/text/typo.ts'
import { understand } from '#domain/understanding/understand.ts'
import { contextEntries, cues, lexicon, read, self, told } from './lexicon-fixture.ts'

describe('matching', () => {
  test.each([
    ['my chest really hurts', '+chest-pain'],
    ['pain right across my whole chest', '+chest-pain'],
    ['CHEST-PAIN!!', '+chest-pain'],
    ['che\u200bst pa\u00adin', '+chest-pain'],
    ['I can\u2019t breathe', '+breathlessness'],
    ['I could not breathe', '+breathlessness'],
    ['coughing all night', '+cough'],
    ['feeling dizzy', '+dizziness'],
    ['I am vomitting', '+vomiting'],
    ['terrible headahce', '+headache'],
    ['crushing feeling in my chest', '+chest-pain +crushing-pain'],
    ['the pain came back', '+pain-other'],
    ['pain in the lower back', '+back-pain'],
    ['my coughdrop is orange', ''],
    ['strike', ''],
    ['cougj', ''],
    ['chest. Pain', '+pain-other'],
  ])('%s → %s', (words, expected) => expect(told(words)).toBe(expected))

  test('accents and inflection in Spanish', () => {
    expect(told('estoy vomitando y muy mareada', 'es')).toBe('+dizziness +vomiting')
    expect(told('VÓMITOS', 'es')).toBe('+vomiting')
    expect(told('le duele mucho el pecho', 'es')).toBe('+chest-pain')
  })

  test('text in the other language is still read, but only when it looks like it', () => {
    expect(told('tengo fiebre', 'en')).toBe('+fever')
    expect(told('tos', 'en')).toBe('')
  })

  test('a corrected spelling is marked', () => {
    expect(read('headahce').mentions.map((m) => m.corrected)).toEqual([true])
    expect(read('headache').mentions.map((m) => m.corrected)).toEqual([false])
  })

  test('the context lexicon reads conditions', () => {
    const of = (words: string, language: 'en' | 'es') =>
      understand({ words, language, profile: self, lexicon: contextEntries, cues })
        .findings.map((f) => `${f.status === 'present' ? '+' : '-'}${f.code}`)
        .sort()
    expect(of('I take warfarin, had a stroke 3 years ago, not pregnant', 'en')).toEqual([
      '+anticoagulants',
      '+previous-stroke',
      '-pregnant',
    ])
    expect(of('soy diabético y tomo prednisona', 'es')).toEqual(['+diabetes', '+immunosuppressed', '+long-term-steroids'])
  })
})

describe('properties', () => {
  const pieces = fc.constantFrom(
    ...[
      'no',
      'chest pain',
      'my son',
      'fever',
      ',',
      '.',
      'but',
      '\u200b',
      'é',
      'last year',
      "can't breathe",
      '150/95',
      '38,5',
      '\ud83d\ude00',
      '\n',
    ],
    ...[
      'ﬁ',
      'DOLOR DE PECHO',
      'for 3 days',
      '3yo',
      '…',
      'vomitting',
      'maybe',
      '8/10',
      'if i get',
      'hace dos días',
      'y',
      'or',
      'x',
    ],
  )
  const text = fc.oneof(
    fc.array(pieces, { maxLength: 25 }).map((p) => p.join(' ')),
    fc.string({ unit: 'binary', maxLength: 120 }),
  )
  const language = fc.constantFrom('en' as const, 'es' as const)

  test('every quote is verbatim and every finding has one', () => {
    fc.assert(
      fc.property(text, language, (words, lang) => {
        const u = read(words, lang)
        for (const { quote } of [...u.findings, ...u.mentions, ...u.measures]) {
          expect(quote).toBeDefined()
          if (quote) expect(words.slice(quote.start, quote.end)).toBe(quote.text)
        }
        expect(new Set(u.findings.map((f) => f.code)).size).toBe(u.findings.length)
        expect(new Set(u.measures.map((m) => m.name)).size).toBe(u.measures.length)
        for (const code of u.conflicts) expect(u.findings.find((f) => f.code === code)?.status).toBe('present')
      }),
      { numRuns: 300 },
    )
  })

  test('a plain statement is present and its plain denial absent, whatever harmless text stands before it', () => {
    const before = fc.constantFrom('', 'Hello. ', 'I came by bus. ', 'Good morning, thanks. ')
    const entry = fc.constantFrom(...lexicon.filter((e) => e.kind === 'symptom' && e.code !== 'pain-other'))
    fc.assert(
      fc.property(before, entry, fc.nat(), (prefix, e, n) => {
        const term = (e.terms.en[n % e.terms.en.length] ?? '').replace('*', 'y')
        const status = (words: string) => read(words).findings.find((f) => f.code === e.code)?.status
        expect(status(`${prefix}${term}`)).toBe('present')
        if (!term.startsWith("can't")) expect(status(`${prefix}no ${term}.`)).toBe('absent')
      }),
    )
  })

  test('folding keeps offsets inside the text and in order', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (s) => {
        const f = fold(s)
        expect(f.start.length).toBe(f.text.length)
        f.start.forEach((start, i) => {
          expect(start).toBeGreaterThanOrEqual(f.start[i - 1] ?? 0)
          expect(f.end[i]).toBeGreaterThan(start)
          expect(f.end[i]).toBeLessThanOrEqual(s.length)
        })
      }),
    )
  })

  test('one edit apart is symmetric and never equal', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 7 })
    fc.assert(
      fc.property(word, word, (a, b) => {
        expect(isOneEditApart(a, b)).toBe(isOneEditApart(b, a))
        if (a === b) expect(isOneEditApart(a, b)).toBe(false)
      }),
    )
    expect(isOneEditApart('headache', 'headahce')).toBe(true)
    expect(isOneEditApart('headache', 'headahec')).toBe(false)
  })
})

test('300 words against 600 terms take at most 10 ms (best of 15: other work on the machine only adds)', () => {
  const many = Array.from({ length: 300 }, (_, i) => ({
    ...lexicon[i % lexicon.length],
    code: `code-${i}`,
    terms: { en: [`symptom word${i}`, `thing${i} in my chest`], es: [`dolor cosa${i}`] },
  })) as typeof lexicon
  const index = compileLexicon([...lexicon, ...many])
  const words =
    'I have had a bad cough and fever for three days and now my chest hurts but no vomiting or headache and symptom word7. '.repeat(
      13,
    )
  expect(words.split(' ').length).toBeGreaterThan(300)
  const times = Array.from({ length: 15 }, () => {
    const t = performance.now()
    understand({ words, language: 'en', profile: self, lexicon: index, cues })
    return performance.now() - t
  })
  expect(Math.min(...times)).toBeLessThan(10)
})
