import { describe, expect, it } from 'vitest'
import { DISCLAIMER } from '#contracts/clinical/assessment.ts'
import { type AssessDeps, prepareContent } from '#domain/assessment/assess.ts'
import { runCase } from '#evaluation/run-case.ts'
import { obedientAssessment } from '../../fixtures/obedient.ts'
import { bundle, makeCase, passage } from './fixture.ts'

const content = prepareContent(bundle(), [passage])
const warm = makeCase({ narrative: 'I have a sore throat and fever', gold: { triage: ['medium'] } })

/** A model that writes `texts` in turn (OBEY: what the schema allows first), and counts how often it was asked. */
const model = (...texts: string[]): { deps: AssessDeps; asked: () => number } => {
  let asked = 0
  return {
    asked: () => asked,
    deps: {
      retrieve: async () => [passage],
      generate: async (_messages, { schema = {} }) => {
        const next = texts[asked++ % texts.length] ?? ''
        const text = next === OBEY ? JSON.stringify(obedientAssessment(schema)) : next
        return { ok: true, value: { text, promptTokens: 9, tokens: 20, firstTokenMs: 1, totalMs: 4, stop: 'end' } }
      },
    },
  }
}
const OBEY = 'obey'
const ticks = () => {
  let t = 0
  return () => (t += 5)
}
const written = (level: string, text = 'Fever with a sore throat, possible infection, for the nurse to see.'): string =>
  JSON.stringify({
    level,
    summary: 'Preliminary assessment: sore throat with fever, possible infection, for the nurse to see.',
    concerns: [{ text, cites: ['p1'] }],
    actions: [{ text: 'The nurse should see the patient the same day and check the throat.', cites: ['p1'] }],
    disclaimer: DISCLAIMER.en,
  })

describe('running a case', () => {
  it('takes the level of the rules when no model is asked', async () => {
    expect(await runCase(warm, content, null, ticks())).toMatchObject({
      level: 'medium',
      floor: 'medium',
      model: null,
      ms: 5,
      unsafe: [],
    })
  })

  it('takes the level of an assessment that passes, and finds it passes again', async () => {
    const { deps } = model(OBEY)
    const r = await runCase(warm, content, deps, ticks())
    expect(r).toMatchObject({ level: 'medium', floor: 'medium', unsafe: [] })
    expect(r.model).toEqual({ tries: 1, attempts: [{ valid: true, violated: [], tokens: 20 }], handOff: null, generationMs: 4 })
  })

  it('records every raw output that did not pass, and the hand-off', async () => {
    const { deps } = model(written('medium', 'You have tonsillitis.'), 'not json')
    const r = await runCase(warm, content, deps, ticks())
    expect(r).toMatchObject({ level: 'medium', model: { handOff: 'invalid-output', tries: 3 } })
    expect(r.model?.attempts.filter((a) => a.valid)).toEqual([])
    expect(r.model?.attempts[0]?.violated).toContain('no-diagnosis')
  })

  it('does not ask the model about an emergency', async () => {
    const { deps, asked } = model(written('emergency'))
    const r = await runCase(makeCase({ narrative: 'Sore throat and drooling' }), content, deps, ticks())
    expect(r).toMatchObject({ level: 'emergency', model: { handOff: 'emergency', attempts: [] } })
    expect(asked()).toBe(0)
  })

  it('calls a packet unsafe that leaves trouble breathing of the gold below high', async () => {
    const quiet = makeCase({
      narrative: 'I have a sore throat',
      gold: { triage: ['high'], findings: { breathlessness: 'present' } },
    })
    expect((await runCase(quiet, content, null, ticks())).unsafe).toEqual(['must-escalate'])
  })
})
