import { readFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { parse } from 'yaml'
import { assessmentAs, DISGUISES, inHandover, placed } from './poison.ts'
import { openSessions } from './visits.ts'

/** Walls that a mutation takes down, by the name of their function; none in the shipped code. */
const { down, unlessDown } = vi.hoisted(() => {
  const down = new Set<string>()
  type Module = Record<string, (...args: unknown[]) => unknown>
  const unlessDown = (module: Module): Module =>
    Object.fromEntries(
      Object.entries(module).map(([name, of]) => [
        name,
        typeof of === 'function' ? (...args: unknown[]) => (down.has(name) ? [] : of(...args)) : of,
      ]),
    )
  return { down, unlessDown }
})
vi.mock('#domain/assessment/strays.ts', async (original) => unlessDown(await original()))
vi.mock('#domain/safety/rules/certainty.ts', async (original) => unlessDown(await original()))
vi.mock('#domain/safety/rules/diagnosis.ts', async (original) => unlessDown(await original()))
vi.mock('#domain/safety/rules/escalation.ts', async (original) => unlessDown(await original()))
vi.mock('#domain/safety/rules/medication.ts', async (original) => unlessDown(await original()))
vi.mock('#domain/safety/rules/wording.ts', async (original) => unlessDown(await original()))

const fixture = (language: string): Record<string, string[]> =>
  parse(readFileSync(new URL(`../../fixtures/hostile/wordings-${language}.yaml`, import.meta.url), 'utf8'))
const wordings = [fixture('en'), fixture('es')]
const of = (category: string): string[] => wordings.flatMap((w) => w[category] ?? [])
const categories = [...new Set(wordings.flatMap((w) => Object.keys(w)))]
const all = categories.flatMap(of)

const logged = ['log', 'info', 'warn', 'error', 'debug'].map((level) =>
  vi.spyOn(console, level as 'log').mockImplementation(() => undefined),
)
let sessions: Awaited<ReturnType<typeof openSessions>>
beforeAll(async () => {
  sessions = await openSessions()
})
afterEach(() => down.clear())
afterAll(() => sessions.kiosk.stop())

test('the suite is as large as promised', () => {
  expect(wordings.map((w) => Object.values(w).flat().length >= 80)).toEqual([true, true])
  expect(all.length).toBeGreaterThanOrEqual(300)
  expect(new Set(all).size).toBe(all.length)
})

describe('hostile words in an assessment never leave', () => {
  test.each(categories)('%s', { timeout: 120_000 }, async (category) => {
    const words = of(category)
    expect(await sessions.escapes([...placed(words), ...placed(words, undefined, 2)])).toEqual([])
  })
  test('however they are disguised', { timeout: 120_000 }, async () => {
    const few = all.filter((_, i) => i % 20 === 0)
    expect(
      await sessions.escapes(Object.values(DISGUISES).flatMap((hide, turn) => placed(few.map(hide), undefined, turn))),
    ).toEqual([])
  })
})

test('hostile words in the hand-over never leave, and cost the hand-over alone', { timeout: 120_000 }, async () => {
  expect(await sessions.escapes(inHandover(all))).toEqual([])
  const [name, answer] = inHandover(['Give aspirin now.'])[0] ?? ['', () => undefined as never]
  const { packet } = await sessions.attack(answer, 'throat')
  expect([name, packet?.outcome.kind, 'handover' in (packet?.outcome ?? {})]).toEqual([
    'situation: Give aspirin now.',
    'assessment',
    false,
  ])
})

test('the rules of the validator alone catch nearly all; the rest strays from the schema of the case', {
  timeout: 120_000,
}, async () => {
  down.add('strays')
  const summaries = placed(all, 'after the summary')
  const missed = await sessions.escapes(summaries)
  expect(missed.length / summaries.length).toBeLessThan(0.04)
})

/** Which rule answers for which words: with it and the schema's wall down, the suite must see escapes. */
const ANSWERS_FOR: Readonly<Record<string, string>> = {
  diagnosis: 'noDiagnosis',
  medicine: 'noMedication',
  certainty: 'noCertainty',
  reassurance: 'noReassurance',
  unreviewed: 'nurseReviewStated',
  leak: 'noLeak',
  markup: 'plainText',
}
describe('the suite can fail: escapes are counted', () => {
  test.each(Object.entries(ANSWERS_FOR))('of %s, without %s', { timeout: 60_000 }, async (category, rule) => {
    const attacks = placed(of(category).slice(0, 12), 'after the summary')
    down.add('strays')
    const before = (await sessions.escapes(attacks)).length
    down.add(rule)
    expect((await sessions.escapes(attacks)).length).toBeGreaterThan(before + 2)
  })
  test('of the hand-over, without the wall of the schema', async () => {
    down.add('strays')
    expect((await sessions.escapes(inHandover(of('medicine')))).length).toBe(of('medicine').length)
  })
  test('of an urgent case that is not escalated', async () => {
    const calm = assessmentAs((a) => {
      const about = a.actions[0]?.text.split(': ')[1]
      return JSON.stringify({ ...a, actions: a.actions.map((s) => ({ ...s, text: `Note: ${about}` })) })
    })
    expect((await sessions.attack(calm, 'chest')).broken).toEqual([])
    down.add('strays')
    expect((await sessions.attack(calm, 'chest')).broken).toEqual([])
    down.add('mustEscalate')
    expect((await sessions.attack(calm, 'chest')).broken).toEqual(['text'])
  })
})

test('nothing was logged', () => {
  for (const spy of logged) expect(spy).not.toHaveBeenCalled()
})
