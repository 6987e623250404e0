import { describe, expect, it } from 'vitest'
import { ASSESSMENT_LIMITS, SUMMARY_PREFIX } from '#contracts/clinical/assessment.ts'
import { restatements, summaryGraph, summaryTold } from '#domain/assessment/text-graph.ts'
import { compileSchema } from '#workers/inference/constrain/compile-schema.ts'
import { decoderWrites } from '../../fixtures/decoder-writes.ts'
import { input } from './rash-input.ts'

const urgency = { emergency: ['now'], high: ['same-day review', 'review today'], medium: ['routine review'], low: ['self-care'] }
const writes = (graph: unknown, text: string): boolean => decoderWrites({ type: 'string', graph }, text)

describe('the summary', () => {
  const more: typeof input = {
    ...input,
    findings: [
      ...input.findings,
      { id: 'wheeze', label: 'wheeze', status: 'absent' },
      { id: 'hives', label: 'hives', status: 'absent' },
    ],
    measured: ['started 3 days ago', 'pain 4/10'],
  }
  const graph = summaryGraph(more, urgency, (code) => code === 'asthma')
  const told =
    '34-year-old female patient. Reported: rash; rash over the body. Started 3 days ago; pain 4/10. Background: asthma.'

  it.each([
    `${told} Not known: cough. Denied: fever / wheeze. Suggests review today.`,
    `${told} Not known: cough. Denied: fever / wheeze / hives. Suggests same-day review.`,
  ])('can be: %s', (text) => expect(writes(graph, text)).toBe(true))

  it.each([
    ['an age nobody gave', `${told.replace('34', '43')} Not known: cough. Denied: fever / wheeze. Suggests review today.`],
    [
      'a denied finding as present',
      `${told.replace('rash;', 'fever;')} Not known: cough. Denied: fever / wheeze. Suggests review today.`,
    ],
    ['an open finding as denied', `${told} Denied: cough. Suggests review today.`],
    ['a present finding as denied', `${told} Not known: cough. Denied: rash / wheeze. Suggests review today.`],
    ['no word of the first denial', `${told} Not known: cough. Denied: wheeze / hives. Suggests review today.`],
    ['a denial twice', `${told} Not known: cough. Denied: fever / wheeze / wheeze. Suggests review today.`],
    ['the urgency of another level', `${told} Not known: cough. Denied: fever / wheeze. Suggests self-care.`],
    ['half a sentence', told.slice(0, 60)],
    [
      'less than all that is present',
      `${told.replace('; rash over the body', '')} Not known: cough. Denied: fever / wheeze. Suggests review today.`,
    ],
    [
      'no word of the background',
      `${told.replace(' Background: asthma.', '')} Not known: cough. Denied: fever / wheeze. Suggests review today.`,
    ],
    ['another measure', `${told.replace('4/10', '2/10')} Not known: cough. Denied: fever / wheeze. Suggests review today.`],
    ['a word of its own', '34-year-old female patient. Reported: measles. Suggests review today.'],
  ])('cannot hold %s', (_what, text) => expect(writes(graph, text)).toBe(false))

  it('reports what is background elsewhere where nothing else is present', () => {
    const bite: typeof input = { ...input, findings: [{ id: 'tick-bite', label: 'tick bite', status: 'present' }] }
    expect(summaryTold(bite, () => true)).toMatchObject({ situation: [expect.anything(), 'Reported: tick bite'], background: [] })
  })

  it('does not deny what would be a double negation', () => {
    const negated: typeof input = { ...input, findings: [{ id: 'x', label: 'no urine for 12 hours', status: 'absent' }] }
    expect(summaryTold(negated, () => false).denied).toEqual([])
  })

  it('stays within the limit whatever the labels, and counts what finds no room', () => {
    const findings = (['present', 'absent', 'unknown'] as const).flatMap((status) =>
      Array.from({ length: 10 }, (_, i) => ({ id: `${status}${i}`, label: 'l'.repeat(55) + i, status })),
    )
    const long = { ...input, findings, measured: Array.from({ length: 8 }, (_, i) => `oxygen saturation 9${i} %`) }
    const wide = summaryGraph(long, { ...urgency, high: ['self-care advice with safety-netting'] }, (code) => code.endsWith('9'))
    const longest = (place: string): number =>
      Math.max(0, ...(wide.next[place] ?? []).map(([piece, next]) => piece.length + longest(next)))
    const [[first, place] = ['', '']] = wide.start
    expect(SUMMARY_PREFIX.en.length + 1 + first.length + longest(place)).toBeLessThanOrEqual(ASSESSMENT_LIMITS.summary)
    expect(first).toMatch(/; 6 more\. Oxygen saturation 90 %\. Background: 1 more$/)
  })
})

describe('restated findings', () => {
  const fever = { id: 'fever', label: 'fever', status: 'present' as const, leading: true }
  it('are those the level rests on, where there are such', () => {
    const led = { ...input, findings: [...input.findings.slice(0, 3), fever] }
    expect(restatements(led, urgency)).toEqual({
      concerns: [{ text: 'Level rests on: fever.', cites: ['f4'] }],
      actions: [{ text: 'Escalate for same-day clinician review: fever.', cites: ['f4'] }],
    })
  })
  it('are the first three where no finding decided', () => {
    expect(restatements(input, urgency).concerns[0]).toEqual({
      text: 'Suggests same-day review: rash; rash over the body; asthma.',
      cites: ['f1', 'f2', 'f3'],
    })
  })
})

describe('a graph', () => {
  it('is refused by the decoder when a piece would break out of the JSON string', () => {
    expect(compileSchema({ type: 'string', graph: { start: [['say "x"', 'end']], next: {}, end: ['end'] } }).ok).toBe(false)
  })
})
