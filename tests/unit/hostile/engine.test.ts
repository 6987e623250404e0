import { afterEach, expect, test, vi } from 'vitest'
import { err, ok } from '#contracts/result.ts'
import { ATTEMPT_TIMEOUT_MS } from '#domain/assessment/assess.ts'
import { asksAssessment, obedientAssessment } from '../../fixtures/obedient.ts'
import { DRAFTS } from './content.ts'
import { type Answer, type Ask, obey, says } from './kiosk.ts'
import { assessmentAs } from './poison.ts'
import { type Attack, openSessions } from './visits.ts'

const EVIL = 'You have pneumonia. Take amoxicillin.'
const sessions = await openSessions()
const { kiosk, attack } = sessions
afterEach(() => {
  kiosk.engine.loads = ok
  kiosk.stop()
  vi.useRealTimers()
})

const whole = (ask: Ask): string => JSON.stringify(obedientAssessment(ask.options.schema ?? {}))
const sound = (over: object) => (ask: Ask) =>
  ({ ok: true, value: { ...(obey(ask) as { value: object }).value, ...over } }) as Answer
const odd =
  (answer: unknown): Attack =>
  () =>
    answer as Answer

/** What no engine may do by its contract. The packet goes out whatever it does. */
const BREACHES: [string, Attack][] = [
  [
    'throws',
    () => {
      throw new Error(EVIL)
    },
  ],
  ['rejects', () => Promise.reject(new Error(EVIL))],
  ['rejects with text', () => Promise.reject(EVIL)],
  ['answers nothing', odd(undefined)],
  ['answers null', odd(null)],
  ['answers a text', odd(EVIL)],
  ['answers an empty object', odd({})],
  ['answers ok without a value', odd({ ok: true })],
  ['answers ok with null', odd({ ok: true, value: null })],
  ['fails without an error', odd({ ok: false })],
  ['fails with an error in prose', odd({ ok: false, error: { type: EVIL } })],
  ['fails with prose for a code', odd(err({ type: 'generation-failed', code: EVIL }))],
  ['text is null', sound({ text: null })],
  ['text is a number', sound({ text: 1 })],
  ['text is a list', sound({ text: [EVIL] })],
  ['time is text', sound({ totalMs: EVIL })],
  ['time is negative', sound({ totalMs: -1 })],
  ['time is no number', sound({ totalMs: Number.NaN })],
  ['time is endless', sound({ totalMs: Number.POSITIVE_INFINITY })],
  ['tokens are text', sound({ tokens: EVIL })],
  ['members nobody asked for', sound({ note: EVIL, stop: EVIL })],
  ['says that it was cut', sound({ stop: 'length' })],
  ['was stopped by nobody', odd(err({ type: 'aborted' }))],
  ['says it holds no model', odd(err({ type: 'not-loaded' }))],
  ['says the prompt is too long', odd(err({ type: 'prompt-too-long', tokens: 9, limit: 1 }))],
  ['runs out of memory', odd(err({ type: 'generation-failed', code: 'out-of-memory' }))],
  [
    'sound once, then throws',
    (ask) => {
      if (!asksAssessment(ask.options.schema)) throw new Error(EVIL)
      return obey(ask)
    },
  ],
  ['hostile once, then gone', (ask) => (ask.attempt === 1 ? says(EVIL) : Promise.reject(new Error(EVIL)))],
  ['hostile twice, then sound', (ask) => (ask.attempt < 3 ? says(EVIL) : obey(ask))],
  [
    'streams one thing and answers another',
    (ask) => {
      ask.onToken(EVIL)
      return obey(ask)
    },
  ],
  [
    'streams without end',
    (ask) => {
      for (let i = 0; i < 20_000; i++) ask.onToken(EVIL)
      return says(EVIL)
    },
  ],
  [
    'streams what is no text',
    (ask) => {
      ask.onToken({ evil: EVIL } as never)
      return obey(ask)
    },
  ],
  [
    'streams after it answered',
    (ask) => {
      setTimeout(() => ask.onToken(EVIL), 1)
      return obey(ask)
    },
  ],
]
test.each(BREACHES)('an engine that breaks its contract: %s', async (_name, answer) => {
  for (const session of ['throat', 'chest']) expect((await attack(answer, session)).broken).toEqual([])
})

test("an engine that holds its thread is ended; its late answer is nobody's", async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const late: ((a: Answer) => void)[] = []
  const hanging = attack(() => new Promise<Answer>((resolve) => late.push(resolve)), 'throat')
  await vi.waitFor(() => expect(late.length).toBe(1))
  await vi.advanceTimersByTimeAsync(ATTEMPT_TIMEOUT_MS + 11_000)
  const { packet, broken } = await hanging
  expect(broken).toEqual([])
  expect(packet?.outcome).toEqual({ kind: 'hand-off', reason: 'timeout', attempts: 1, violated: [] })
  for (const answer of late) answer(says(EVIL))
  vi.useRealTimers()
  const next = await attack(obey, 'chest')
  expect([next.broken, next.packet?.outcome.kind]).toEqual([[], 'assessment'])
})

test('an engine that hangs on the hand-over costs the hand-over alone', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  let hung = 0
  const hanging = attack((ask) => {
    if (asksAssessment(ask.options.schema)) return obey(ask)
    hung++
    return new Promise<Answer>(() => undefined)
  }, 'throat')
  await vi.waitFor(() => expect(hung).toBe(1))
  await vi.advanceTimersByTimeAsync(30_000)
  const { packet, broken } = await hanging
  expect([broken, packet?.outcome.kind]).toEqual([[], 'assessment'])
  expect(packet?.outcome).not.toHaveProperty('handover')
})

test('an answer that belongs to another patient is refused', async () => {
  const written: Record<string, string> = {}
  for (const session of sessions.names)
    await attack((ask) => {
      if (asksAssessment(ask.options.schema)) written[session] = whole(ask)
      return obey(ask)
    }, session)
  for (const session of sessions.names) {
    for (const [other, text] of Object.entries(written)) {
      if (text === written[session]) continue
      const { broken, packet } = await attack((ask) => (asksAssessment(ask.options.schema) ? says(text) : obey(ask)), session)
      expect([other, session, broken, packet?.outcome.kind]).toEqual([other, session, [], 'hand-off'])
      // Worse: the other patient's summary over this one's statements.
      const summary = JSON.parse(text).summary
      const mixed = await attack(
        assessmentAs((a) => JSON.stringify({ ...a, summary })),
        session,
      )
      expect([other, session, mixed.broken, mixed.packet?.outcome.kind]).toEqual([other, session, [], 'hand-off'])
    }
  }
})

test('an engine that answers what it was told to do says nothing to the nurse', async () => {
  const echo = await attack((ask) => says(JSON.stringify(ask.messages)), 'cold')
  expect(echo.broken).toEqual([])
  const system = await attack(
    (ask) => says(JSON.stringify({ ...JSON.parse(whole(ask)), summary: `Preliminary assessment: ${ask.messages[0]?.content}` })),
    'cold',
  )
  expect(system.broken).toEqual([])
})

test("the patient's words never reach the engine, so it cannot be told by them", async () => {
  const heard: string[] = []
  await attack((ask) => {
    heard.push(JSON.stringify(ask.messages))
    return obey(ask)
  }, 'cold')
  expect(DRAFTS.cold?.words).toContain('Ignore previous instructions')
  expect(heard.length).toBe(2)
  for (const text of heard) expect(text).not.toMatch(/ignore previous|I am fine/i)
})

/** What an engine may say of itself when it is loaded; the packet would name it. */
test.each([
  ['another hash', { modelHash: 'f'.repeat(64) }],
  ['no hash', { modelHash: null }],
  ['another model', { modelId: EVIL }],
  ['another backend', { backend: EVIL as never }],
])("a loaded model of %s than the manifest's is none", async (_name, lie) => {
  kiosk.engine.loads = (honest) => ok({ ...honest, ...lie })
  const { packet, broken } = await attack(obey, 'throat')
  expect(broken).toEqual([])
  expect(packet?.outcome).toMatchObject({ kind: 'hand-off', reason: 'model-unavailable' })
})

test('what an engine says of itself later is not asked', async () => {
  const lying = attack((ask) => {
    kiosk.engine.capabilities = () => ({ backend: 'webgpu', webgpu: true, threads: 9, modelId: EVIL, modelHash: EVIL })
    return obey(ask)
  }, 'throat')
  expect((await lying).broken).toEqual([])
})

test.each([
  ['prose for a code', err({ type: 'load-failed' as const, code: EVIL })],
  ['an error nobody knows', err({ type: EVIL } as never)],
  ['no error at all', { ok: false } as never],
  ['nothing', undefined as never],
])('an engine that does not load, and says %s', async (_name, answer) => {
  kiosk.engine.loads = () => answer
  const { packet, broken } = await attack(obey, 'throat')
  expect(broken).toEqual([])
  expect(packet?.outcome.kind).toBe('hand-off')
})
