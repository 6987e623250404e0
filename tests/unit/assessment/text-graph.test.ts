import { describe, expect, it } from 'vitest'
import { summaryGraph } from '#domain/assessment/text-graph.ts'
import { compileSchema } from '#workers/inference/constrain/compile-schema.ts'
import { decoderWrites } from '../../fixtures/decoder-writes.ts'
import { input } from './rash-input.ts'

const urgency = { emergency: ['now'], high: ['same-day review', 'review today'], medium: ['routine review'], low: ['self-care'] }
const writes = (graph: unknown, text: string): boolean => decoderWrites({ type: 'string', graph }, text)

describe('the summary', () => {
  const graph = summaryGraph(input, urgency, (code) => code === 'asthma')

  it.each([
    '34-year-old female patient reports rash and rash over the body; background of asthma. Suggests review today.',
    '34-year-old female patient describes rash and rash over the body; background of asthma; no reported fever. Suggests same-day review.',
    '34-year-old female patient with reported rash and rash over the body; background of asthma; not known: cough; no reported fever. Suggests same-day review.',
  ])('can be: %s', (text) => expect(writes(graph, text)).toBe(true))

  it.each([
    [
      'an age nobody gave',
      '43-year-old female patient reports rash and rash over the body; background of asthma. Suggests review today.',
    ],
    ['a denied finding as present', '34-year-old female patient reports fever. Suggests review today.'],
    [
      'an open finding as denied',
      '34-year-old female patient reports rash and rash over the body; background of asthma; no reported cough. Suggests review today.',
    ],
    ['a present finding as denied', '34-year-old female patient reports asthma; no reported rash. Suggests review today.'],
    [
      'a finding twice',
      '34-year-old female patient reports rash and rash and rash over the body; background of asthma. Suggests review today.',
    ],
    [
      'the urgency of another level',
      '34-year-old female patient reports rash and rash over the body; background of asthma. Suggests self-care.',
    ],
    ['half a sentence', '34-year-old female patient reports rash and rash over the body'],
    ['less than all that is present', '34-year-old female patient reports rash; background of asthma. Suggests review today.'],
    ['no word of the background', '34-year-old female patient reports rash and rash over the body. Suggests review today.'],
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

describe('a graph', () => {
  it('is refused by the decoder when a piece would break out of the JSON string', () => {
    expect(compileSchema({ type: 'string', graph: { start: [['say "x"', 'end']], next: {}, end: ['end'] } }).ok).toBe(false)
  })
})
