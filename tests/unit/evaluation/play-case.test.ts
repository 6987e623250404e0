import { describe, expect, it } from 'vitest'
import type { NarrativeReading } from '#contracts/workers/understanding.ts'
import { silentInterview } from '#evaluation/answers/interview-answers.ts'
import { ageAcrossBand, counterfactuals } from '#evaluation/metrics/counterfactual.ts'
import { bandOf } from '#evaluation/metrics/subgroups.ts'
import { playCase, type ReadNarrative } from '#evaluation/play-case.ts'
import { makeCase, rules } from './fixture.ts'

const play = (more: Record<string, unknown>) => playCase(makeCase(more), rules)
const questions = (p: Awaited<ReturnType<typeof play>>): string[] => p.asked.map((a) => a.questionId)

describe('playing a case', () => {
  it('triages one without answers in one shot', async () => {
    const played = await play({ narrative: 'Sore throat since yesterday, no fever', vitals: { temperature_c: 36.9 } })
    expect(played.floor.level).toBe('low')
    expect(played.asked).toEqual([])
    expect(played.facts.measures.get('temperature_c')).toBe(36.9)
    expect(played.facts.findings.get('drooling')).toBeUndefined()
  })

  it('asks the questions of the kiosk and ends at the level of the answers', async () => {
    const played = await play({
      answers: [
        { match: 'fever', reply: 'yes' },
        { match: 'how long', reply: 'three days' },
        { match: '.*', reply: 'no' },
      ],
    })
    expect(questions(played)).toEqual(['drool', 'throat-signs', 'how-long'])
    expect(played.floor.level).toBe('medium')
    expect(played.facts.measures.get('duration_hours')).toBe(72)
    expect(played.facts.findings.get('diabetes')).toBe('absent')
  })

  it('stops at the first emergency', async () => {
    const played = await play({ answers: [{ match: 'saliva|drool', reply: 'yes' }] })
    expect(questions(played)).toEqual(['drool'])
    expect(played.floor.level).toBe('emergency')
  })

  it('keeps what the script does not answer unknown, and the level cautious', async () => {
    const played = await play({ answers: [{ match: 'how long', reply: 'two days' }] })
    expect(played.facts.findings.get('drooling')).toBeUndefined()
    expect(played.floor.level).toBe('high')
    expect(played.asked[0]).toEqual({ protocolId: 'throat', questionId: 'drool', reply: null, told: {} })
  })

  it('takes the age from the words when the case gives none', async () => {
    const { age: _, ...ageless } = makeCase({ narrative: 'I am 70 years old and have a sore throat' })
    expect((await playCase(ageless, rules)).profile.age).toEqual({ value: 70, unit: 'year' })
  })

  it('is asked about pregnancy only where it can be', async () => {
    expect((await play({ sex: 'male' })).facts.findings.get('pregnant')).toBe('absent')
    const young = { age: { value: 30, unit: 'year' }, answers: [{ match: 'pregnan', reply: 'yes' }] }
    expect((await play(young)).facts.findings.get('pregnant')).toBe('present')
  })
})

describe('the story read with the answers', () => {
  const level = (emergency: number): NarrativeReading['level'] => ({ emergency, high: 0, medium: 0.1, low: 0.9 - emergency })
  const reader = () => {
    const seen: string[] = []
    const read: ReadNarrative = async (_, __, answers = '') => {
      seen.push(answers)
      return { encoder: 'tiny@1', told: [], unseen: [], complaints: [], level: level(answers.includes('no: drooling') ? 0.6 : 0) }
    }
    return { seen, read }
  }
  it('comes once, when all was asked, and counts', async () => {
    const { seen, read } = reader()
    const played = await playCase(makeCase({ answers: [{ match: '.*', reply: 'no' }] }), { ...rules, read })
    expect(seen).toHaveLength(2)
    expect(seen[0]).toBe('')
    expect(seen[1]).toContain('no: drooling')
    expect(played.floor).toMatchObject({ level: 'emergency' })
    expect(played.floor.fired[0]).toMatchObject({ kind: 'learnt' })
  })
  it('does not come where staff were called already', async () => {
    const { seen, read } = reader()
    await playCase(makeCase({ answers: [{ match: 'saliva|drool', reply: 'yes' }] }), { ...rules, read })
    expect(seen).toEqual([''])
  })
  it('has the vital signs of a one-shot case beside it', async () => {
    const { seen, read } = reader()
    await playCase(makeCase({ vitals: { temperature_c: 38.2 } }), { ...rules, read })
    expect(seen).toEqual(['temperature c 38.2'])
  })
})

describe('what an interview adds to a story without a script', () => {
  it('denies what the story does not tell, and affirms what it does', () => {
    const told = silentInterview(
      makeCase({ gold: { triage: ['low'], findings: { 'sore-throat': 'present', fever: 'present' } } }),
      rules,
    )
    const status = (code: string) => told.findings.find((f) => f.code === code)?.status
    expect(status('drooling')).toBe('absent')
    expect(status('fever') ?? 'present').toBe('present')
    expect(told.findings.every((f) => f.source === 'answer')).toBe(true)
  })
})

describe('counterfactuals', () => {
  it('moves an age to the other end of its band only', async () => {
    expect(ageAcrossBand({ value: 41, unit: 'year' })).toEqual({ value: 64, unit: 'year' })
    expect(ageAcrossBand({ value: 60, unit: 'year' })).toEqual({ value: 40, unit: 'year' })
    expect(ageAcrossBand({ value: 5, unit: 'week' })).toEqual({ value: 13, unit: 'week' })
    for (const age of [
      { value: 2, unit: 'year' },
      { value: 7, unit: 'month' },
      { value: 88, unit: 'year' },
      { value: 1, unit: 'day' },
    ] as const) {
      const other = ageAcrossBand(age)
      expect(other && bandOf(other)?.name).toBe(bandOf(age)?.name)
    }
  })

  it('finds no change in rules that do not read who the patient is', async () => {
    const bundle = { ...rules, hash: '', prompts: [], safety: {} } as unknown as Parameters<typeof counterfactuals>[1]
    const found = await counterfactuals(
      [makeCase({}), makeCase({ id: 'd', sex: 'male', age: { value: 3, unit: 'year' } })],
      bundle,
    )
    expect(found).toEqual({ tried: { sex: 2, reporter: 1, age: 2 }, changed: [] })
  })
})
