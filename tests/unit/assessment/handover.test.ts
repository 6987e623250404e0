import { describe, expect, it } from 'vitest'
import type { Assessment } from '#contracts/clinical/assessment.ts'
import { DISCLAIMER } from '#contracts/clinical/assessment.ts'
import { MOST_HANDOVER_WORDS } from '#contracts/clinical/handover.ts'
import { handoverSchema } from '#domain/assessment/handover.ts'
import type { TextGraph } from '#domain/assessment/text-graph.ts'
import { decoderWrites } from '../../fixtures/decoder-writes.ts'
import { input as rashes } from './rash-input.ts'

const input = { ...rashes, findings: rashes.findings.filter((f) => f.id !== 'wide-rash') }
const assessment: Assessment = {
  level: 'high',
  summary: 'Preliminary assessment: rash.',
  concerns: [
    { text: 'Rash may be an infection.', cites: ['f1'] },
    { text: 'Asthma may make it worse.', cites: ['f2'] },
  ],
  actions: [{ text: 'Escalate for same-day clinician review: rash.', cites: ['f1'] }],
  disclaimer: DISCLAIMER.en,
}
const isBackground = (code: string) => code === 'asthma'
const right = {
  situation: '34-year-old female patient. Reported: rash.',
  background: 'Asthma. Not known: cough. Denied: fever.',
  assessment: 'Preliminary level high. Rash may be an infection. Asthma may make it worse.',
  recommendation: 'Escalate for same-day clinician review. Requires nurse review.',
}

/** Whether the decoder could write this hand-over. */
const writes = (value: unknown, of = input, about = assessment): boolean =>
  decoderWrites(handoverSchema(of, about, isBackground), value)

describe('the hand-over', () => {
  it('can say what the assessment and the findings say', () => {
    expect(writes(right)).toBe(true)
    expect(writes({ ...right, assessment: 'Preliminary level high. Rash may be an infection.' })).toBe(true)
  })
  it.each([
    ['another level', { assessment: 'Preliminary level low. Rash may be an infection.' }],
    ['the level alone', { assessment: 'Preliminary level high.' }],
    ['less than the first concern', { assessment: 'Preliminary level high. Asthma may make it worse.' }],
    ['a denied finding as present', { situation: '34-year-old female patient. Reported: fever.' }],
    ['an open finding as denied', { background: 'Asthma. Denied: cough.' }],
    ['a sentence of its own', { recommendation: 'Go home. Requires nurse review.' }],
    ['no nurse review', { recommendation: 'Escalate for same-day clinician review.' }],
    ['no word of the background', { background: 'Not known: cough. Denied: fever.' }],
    ['another age', { situation: '43-year-old female patient. Reported: rash.' }],
  ])('cannot hold %s', (_what, change) => expect(writes({ ...right, ...change })).toBe(false))

  it('says so when nothing else is known', () => {
    const bare = { ...input, findings: [] }
    const situation = '34-year-old female patient. Visit about: sore throat.'
    expect(writes({ ...right, situation, background: 'Nothing else reported.' }, bare)).toBe(true)
  })

  it('tells what was measured, and what the level rests on', () => {
    const led = {
      ...input,
      findings: input.findings.map((f) => (f.id === 'rash' ? { ...f, leading: true } : f)),
      measured: ['started 3 days ago', 'temperature 38.4 °C'],
    }
    const situation = '34-year-old female patient. Reported: rash. Started 3 days ago; temperature 38.4 °C.'
    const assessed = 'Preliminary level high. Level rests on: rash. Rash may be an infection.'
    expect(writes({ ...right, situation, assessment: assessed }, led)).toBe(true)
    expect(writes({ ...right, situation }, led)).toBe(false)
  })

  it('says an action once that another one says with more words', () => {
    const actions = [
      ...assessment.actions,
      { text: 'Escalate for same-day clinician review and record vital signs.', cites: ['f1'] },
    ]
    const recommendation = 'Escalate for same-day clinician review and record vital signs. Requires nurse review.'
    expect(writes({ ...right, recommendation }, input, { ...assessment, actions })).toBe(true)
  })

  it('has at most 120 words on its longest way, whatever the labels and statements', () => {
    const many = (status: 'present' | 'absent' | 'unknown', label: string) =>
      Array.from({ length: 10 }, (_, i) => ({
        id: `${status}${i}`,
        label: `${label} ${i}`,
        status,
        leading: status === 'present',
      }))
    const long = 'one two three four five six seven eight nine ten '.repeat(3).trim()
    const statements = (text: string) => Array.from({ length: 4 }, () => ({ text: `${text}.`, cites: ['f1'] }))
    for (const label of ['a b c d e f g h', 'a b', 'a'])
      for (const text of [long, 'one two', 'one two three four five six seven']) {
        const schema = handoverSchema(
          {
            ...input,
            findings: [...many('present', label), ...many('absent', label), ...many('unknown', label)],
            measured: ['started 3 days ago', 'pain 4/10'],
          },
          { ...assessment, concerns: statements(text), actions: statements(text) },
          (code) => code.endsWith('4'),
        ) as { properties: Record<string, { graph?: TextGraph; const?: string }> }
        const words = (said: string): number => said.trim().split(/\s+/).length
        const longest = (g: TextGraph, place: string): number =>
          Math.max(0, ...(g.next[place] ?? []).map(([piece, next]) => words(piece) + longest(g, next)))
        const parts = Object.values(schema.properties).map(({ graph, const: fixed }) =>
          graph ? Math.max(...graph.start.map(([piece, next]) => words(piece) + longest(graph, next))) : words(fixed ?? ''),
        )
        expect(parts.length).toBe(4)
        expect(parts.reduce((a, b) => a + b)).toBeLessThanOrEqual(MOST_HANDOVER_WORDS)
      }
  })
})
