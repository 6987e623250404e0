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
  actions: [{ text: 'Escalate rash for same-day clinician review.', cites: ['f1'] }],
  disclaimer: DISCLAIMER.en,
}
const isBackground = (code: string) => code === 'asthma'
const right = {
  situation: '34-year-old female patient with rash.',
  background: 'Background of asthma; no reported fever; not known: cough.',
  assessment: 'Preliminary level high. Rash may be an infection. Asthma may make it worse.',
  recommendation: 'Recommended: Escalate rash for same-day clinician review. Requires nurse review.',
}

/** Whether the decoder could write this hand-over. */
const writes = (value: unknown, of = input, about = assessment): boolean =>
  decoderWrites(handoverSchema(of, about, isBackground), value)

describe('the hand-over', () => {
  it('can say what the assessment and the findings say', () => {
    expect(writes(right)).toBe(true)
    expect(writes({ ...right, background: 'Background of asthma; not known: cough.' })).toBe(true)
    expect(writes({ ...right, assessment: 'Preliminary level high. Asthma may make it worse.' })).toBe(true)
  })
  it.each([
    ['another level', { assessment: 'Preliminary level low. Rash may be an infection.' }],
    ['the level alone', { assessment: 'Preliminary level high.' }],
    ['a denied finding as present', { situation: '34-year-old female patient with fever.' }],
    ['an open finding as denied', { background: 'No reported cough.' }],
    ['a sentence of its own', { recommendation: 'Recommended: Go home. Requires nurse review.' }],
    ['no nurse review', { recommendation: 'Recommended: Escalate rash for same-day clinician review.' }],
    ['no word of the background', { background: 'No reported fever; not known: cough.' }],
    ['another age', { situation: '43-year-old female patient with rash.' }],
  ])('cannot hold %s', (_what, change) => expect(writes({ ...right, ...change })).toBe(false))

  it('says so when nothing else is known', () => {
    const bare = { ...input, findings: [] }
    expect(
      writes(
        { ...right, situation: '34-year-old female patient with sore throat.', background: 'Nothing of note reported.' },
        bare,
      ),
    ).toBe(true)
  })

  it('has at most 120 words on its longest way, whatever the labels and statements', () => {
    const many = (status: 'present' | 'absent' | 'unknown') =>
      Array.from({ length: 5 }, (_, i) => ({ id: `${status}${i}`, label: `a b c d e f g h ${status} ${i}`, status }))
    const long = 'one two three four five six seven eight nine ten '.repeat(3).trim()
    const statements = Array.from({ length: 4 }, () => ({ text: `${long}.`, cites: ['f1'] }))
    const schema = handoverSchema(
      { ...input, findings: [...many('present'), ...many('absent'), ...many('unknown')] },
      { ...assessment, concerns: statements, actions: statements },
      (code) => code.endsWith('4'),
    ) as { properties: Record<string, { graph: TextGraph }> }
    const longest = (g: TextGraph, place: string): number =>
      Math.max(0, ...(g.next[place] ?? []).map(([piece, next]) => piece.trim().split(/\s+/).length + longest(g, next)))
    const words = Object.values(schema.properties).map(({ graph }) =>
      Math.max(...graph.start.map(([piece, next]) => piece.split(/\s+/).length + longest(graph, next))),
    )
    expect(words.length).toBe(4)
    expect(words.reduce((a, b) => a + b)).toBeLessThanOrEqual(MOST_HANDOVER_WORDS)
  })
})
