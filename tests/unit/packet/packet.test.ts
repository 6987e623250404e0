import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Assessment } from '#contracts/clinical/assessment.ts'
import type { Passage } from '#contracts/content/guideline.ts'
import { assemblePacket, type PacketParts, passagesToCarry, proposedLevel } from '#domain/packet/assemble-packet.ts'
import { resolveCitations } from '#domain/packet/resolve-citations.ts'

const passage = (id: string): Passage => ({
  id,
  guidelineId: 'sore-throat',
  heading: 'At home',
  text: 'Rest and drink.',
  title: 'Sore throat',
  source: 'Example clinic (2026)',
  language: 'en',
  version: '1.0.0',
  reviewed: '2026-11-22',
  reviewDue: '2027-11-22',
  protocols: ['sore-throat'],
})

const words = 'My  throat hurts,\nsince Monday. ¡Ay! 😷'
const assessment: Assessment = {
  level: 'medium',
  summary: 'Preliminary assessment: possible viral sore throat.',
  concerns: [{ text: 'Possible viral sore throat.', cites: ['f1', 'p1'] }],
  actions: [{ text: 'Nurse review within days.', cites: ['p1', 'p1'] }],
  disclaimer: 'Requires nurse review. Not a diagnosis.',
}
const prompt = { findings: [{ id: 'sore-throat' }, { id: 'fever' }], passages: [{ id: 'sore-throat#home' }] }
const resolved: Assessment = {
  ...assessment,
  concerns: [{ text: 'Possible viral sore throat.', cites: ['sore-throat', 'sore-throat#home'] }],
  actions: [{ text: 'Nurse review within days.', cites: ['sore-throat#home'] }],
}

const parts = (more: Partial<PacketParts> = {}): PacketParts => ({
  id: '6f0b7f0e-52a6-4c55-9f5c-0c6f3a1f2b11',
  clinicId: 'clinic',
  deviceId: 'kiosk-1',
  createdAt: '2026-11-22T10:00:00.000Z',
  language: 'en',
  profile: { reporter: 'patient', sex: 'female', age: { value: 30, unit: 'year' } },
  words,
  complaints: [{ icpc2: 'R21', protocolId: 'sore-throat', confirmed: true }],
  findings: [{ code: 'sore-throat', status: 'present', source: 'narrative', quote: { text: 'throat hurts', start: 4, end: 16 } }],
  measures: [],
  transcript: [],
  history: { conditions: '', medications: '', allergies: '' },
  floor: {
    level: 'medium',
    fired: [
      {
        protocolId: 'sore-throat',
        ruleId: 'week',
        kind: 'level',
        level: 'medium',
        reason: { en: 'A week', es: 'Una semana' },
        cite: 'sore-throat#home',
        because: ['duration_hours'],
      },
    ],
    open: [],
    byProtocol: [{ protocolId: 'sore-throat', level: 'medium' }],
  },
  outcome: { kind: 'assessment', assessment: resolved, attempts: 1 },
  passages: [passage('sore-throat#home'), passage('sore-throat#home')],
  provenance: {
    appVersion: '0.1.0',
    engine: 'transformers',
    backend: 'wasm',
    modelId: 'm',
    modelHash: 'h',
    promptId: 'assess-v0',
    indexId: 'i',
    contentHash: 'c',
    generationMs: 10,
  },
  ...more,
})

const finding = (text: string, start: number, end: number): PacketParts['findings'] => [
  { code: 'fever', status: 'present', source: 'narrative', quote: { text, start, end } },
]

describe('citations', () => {
  it('become finding codes and passage ids, each once', () => {
    expect(resolveCitations(assessment, prompt)).toEqual({ ok: true, value: resolved })
  })

  it.each(['f0', 'f3', 'p2', 'p', 'sore-throat', 'constructor', ''])('refuse "%s"', (cite) => {
    const bad = { ...assessment, actions: [...assessment.actions, { text: 'See a nurse.', cites: ['f1', cite] }] }
    expect(resolveCitations(bad, prompt)).toEqual({ ok: false, error: { type: 'citation-unknown', path: 'actions.1' } })
  })
})

describe('packet', () => {
  it('holds what it was given and each passage once', () => {
    const { passages, ...rest } = parts()
    const result = assemblePacket(parts())
    expect(result).toMatchObject({ ok: true, value: { ...rest, version: 1 } })
    expect(passages).toHaveLength(2)
    expect(result.ok && result.value.passages.map((p) => [p.id, p.title])).toEqual([['sore-throat#home', 'Sore throat: At home']])
  })

  it('carries the words unaltered, whatever they are', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        const result = assemblePacket(parts({ words: text, findings: [], outcome: handOff }))
        expect(result.ok && result.value.words).toBe(text)
      }),
    )
  })

  const handOff: PacketParts['outcome'] = { kind: 'hand-off', reason: 'model-failed', attempts: 1, violated: [] }

  it.each<[string, Partial<PacketParts>, unknown]>([
    [
      'a quote that was corrected',
      { findings: finding('Throat hurts', 4, 16), outcome: handOff },
      { type: 'quote-altered', path: 'findings.0.quote' },
    ],
    [
      'a quote at another place',
      { findings: finding('throat hurts', 5, 17), outcome: handOff },
      { type: 'quote-altered', path: 'findings.0.quote' },
    ],
    [
      'a level below the floor',
      { outcome: { kind: 'assessment', assessment: { ...resolved, level: 'low' }, attempts: 1 } },
      { type: 'level-below-floor' },
    ],
    ['a citation of a finding it lacks', { findings: [] }, { type: 'citation-unknown', path: 'outcome.assessment.concerns.0' }],
    ['a rule whose passage it lacks', { passages: [], outcome: handOff }, { type: 'citation-unknown', path: 'floor.fired.0' }],
    ['an id that is none', { id: 'x' }, { type: 'packet-invalid', paths: ['id'] }],
    ['words that are too long', { words: 'a'.repeat(8001), findings: [] }, { type: 'packet-invalid', paths: ['words'] }],
  ])('refuses %s', (_, more, error) => {
    expect(assemblePacket(parts(more))).toEqual({ ok: false, error })
  })

  it('proposes the model’s level, or the floor when there is no assessment', () => {
    const level = (more: Partial<PacketParts>) => {
      const result = assemblePacket(parts(more))
      return result.ok ? proposedLevel(result.value) : null
    }
    expect(level({ outcome: { kind: 'assessment', assessment: { ...resolved, level: 'high' }, attempts: 2 } })).toBe('high')
    expect(level({ outcome: handOff })).toBe('medium')
  })

  it('needs the passages of the rules and of the prompt', () => {
    const byId = new Map(['g#a', 'g#b', 'g#c'].map((id) => [id, passage(id)]))
    const carried = passagesToCarry([{ cite: 'g#b' }, {}, { cite: 'g#gone' }], [{ id: 'g#c' }, { id: 'g#b' }], byId)
    expect(carried.map((p) => p.id)).toEqual(['g#b', 'g#c'])
  })
})
