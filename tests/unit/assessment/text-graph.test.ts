import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AssessmentInput } from '#domain/assessment/prompt.ts'
import { statementGraph, summaryGraph } from '#domain/assessment/text-graph.ts'
import { isEnd, type Position, startOf, step } from '#workers/inference/constrain/automaton.ts'
import { compileSchema } from '#workers/inference/constrain/compile-schema.ts'

const urgency = { emergency: ['now'], high: ['same-day review', 'review today'], medium: ['routine review'], low: ['self-care'] }
const input: AssessmentInput = {
  profile: { reporter: 'patient', age: { value: 34, unit: 'year' }, sex: 'female' },
  floor: 'high',
  complaints: ['Sore throat'],
  findings: [
    { id: 'rash', label: 'rash', status: 'present' },
    { id: 'wide-rash', label: 'rash over the body', status: 'present' },
    { id: 'asthma', label: 'asthma', status: 'present' },
    { id: 'fever', label: 'fever', status: 'absent' },
    { id: 'cough', label: 'cough', status: 'unknown' },
  ],
  passages: [],
}

/** Whether the decoder could write this text. */
const writes = (graph: unknown, text: string): boolean => {
  const compiled = compileSchema({ type: 'string', graph })
  if (!compiled.ok) throw new Error(compiled.error.keyword)
  let p: Position | undefined = startOf(compiled.value)
  for (const byte of new TextEncoder().encode(JSON.stringify(text))) p = p && step(p, byte)
  return p !== undefined && isEnd(p)
}

describe('the summary', () => {
  const graph = summaryGraph(input, urgency, (code) => code === 'asthma')

  it.each([
    '34-year-old female patient reports rash. Suggests review today.',
    '34-year-old female patient describes rash and rash over the body; background of asthma; no reported fever. Suggests same-day review.',
    '34-year-old female patient with reported rash over the body; not known: cough; no reported fever. Suggests same-day review.',
  ])('can be: %s', (text) => expect(writes(graph, text)).toBe(true))

  it.each([
    ['an age nobody gave', '43-year-old female patient reports rash. Suggests review today.'],
    ['a denied finding as present', '34-year-old female patient reports fever. Suggests review today.'],
    ['an open finding as denied', '34-year-old female patient reports rash; no reported cough. Suggests review today.'],
    ['a present finding as denied', '34-year-old female patient reports asthma; no reported rash. Suggests review today.'],
    ['a finding twice', '34-year-old female patient reports rash and rash. Suggests review today.'],
    ['the urgency of another level', '34-year-old female patient reports rash. Suggests self-care.'],
    ['half a sentence', '34-year-old female patient reports rash'],
    ['a word of its own', '34-year-old female patient reports measles. Suggests review today.'],
  ])('cannot hold %s', (_what, text) => expect(writes(graph, text)).toBe(false))

  it('stays within the limit whatever the labels', () => {
    const findings = Array.from({ length: 10 }, (_, i) => ({
      id: `x${i}`,
      label: 'l'.repeat(60) + i,
      status: 'present' as const,
    }))
    const wide = summaryGraph({ ...input, findings }, urgency, () => false)
    const longest = (place: string, seen: number): number =>
      Math.max(0, ...(wide.next[place] ?? []).map(([piece, next]) => piece.length + (seen > 20 ? 0 : longest(next, seen + 1))))
    expect(longest('who', 0)).toBeLessThan(340)
  })
})

describe('a statement', () => {
  const sentences = ['Rash with fever may be measles.', 'Rash with fever needs same-day review.', 'Fluids may help.']
  const graph = statementGraph(sentences)

  it('can be any of the sentences', () => {
    for (const s of sentences) expect(writes(graph, s)).toBe(true)
  })

  it('cannot join words that never stand together', () => {
    expect(writes(graph, 'Fluids may be measles.')).toBe(false)
    expect(writes(graph, 'Rash with measles.')).toBe(false)
    expect(writes(graph, 'Rash with fever')).toBe(false)
  })

  it('holds every sentence it was made of, whatever they are', () => {
    const word = fc.string({ unit: fc.constantFrom(...'abcé,;'), minLength: 1, maxLength: 4 })
    const sentence = fc.array(word, { minLength: 1, maxLength: 8 }).map((w) => `${w.join(' ')}.`)
    fc.assert(
      fc.property(fc.array(sentence, { minLength: 1, maxLength: 5 }), (list) =>
        list.every((s) => writes(statementGraph(list), s)),
      ),
      { numRuns: 100 },
    )
  })

  it('is refused by the decoder when a piece would break out of the JSON string', () => {
    expect(compileSchema({ type: 'string', graph: { start: [['say "x"', 'end']], next: {}, end: ['end'] } }).ok).toBe(false)
  })
})
