import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { EMERGENCY_STAYS_MS, initialKiosk, type KioskEvent, updateKiosk } from '#app/kiosk-flow.ts'
import { createLoop } from '#app/loop.ts'
import { deps as intakeDeps, say } from '../intake/intake-fixture.ts'

describe('the loop', () => {
  const counting = () => {
    const ran: string[] = []
    const loop = createLoop<number, string, string>({
      initial: 0,
      update: (n, event) => ({ model: event === 'same' ? n : n + 1, effects: event === 'first' ? ['effect'] : [] }),
      run: (effect, dispatch) => {
        ran.push(effect)
        dispatch('from-effect')
      },
    })
    return { loop, ran }
  }
  test('an event of an effect waits its turn, and every change is told once', () => {
    const { loop, ran } = counting()
    const seen: number[] = []
    loop.subscribe((n) => {
      seen.push(n)
      if (n === 1) loop.dispatch('from-listener')
    })
    loop.dispatch('first')
    expect([loop.model(), seen, ran]).toEqual([3, [1, 2, 3], ['effect']])
  })
  test('nothing is told when nothing changed, or after unsubscribing', () => {
    const { loop } = counting()
    const seen: number[] = []
    const stop = loop.subscribe((n) => seen.push(n))
    loop.dispatch('same')
    stop()
    loop.dispatch('other')
    expect(seen).toEqual([])
  })
  test('a listener that throws does not block the next event', () => {
    const { loop } = counting()
    const stop = loop.subscribe(() => {
      throw new Error('screen')
    })
    expect(() => loop.dispatch('other')).toThrow('screen')
    stop()
    loop.dispatch('other')
    expect(loop.model()).toBe(2)
  })
})

describe('the kiosk flow', () => {
  const run = (events: readonly KioskEvent[], elapsed = () => 0) => {
    let model = initialKiosk(0)
    const effects: string[] = []
    for (const event of events) {
      const step = updateKiosk(model, event, { ...intakeDeps, elapsed })
      model = step.model
      effects.push(...step.effects.map((e) => e.type))
    }
    return { model, effects }
  }
  const intake = (words: string): KioskEvent[] => say(words).map((event) => ({ type: 'intake', event }))
  const tick = (now: number): KioskEvent => ({ type: 'idle', event: { type: 'tick', now } })
  const session: KioskEvent[] = intake('fever')

  test('an untouched session is warned and then erased', () => {
    expect(run([...session, tick(59_000)]).model.remainingMs).toBeNull()
    expect(run([...session, tick(65_000)]).model.remainingMs).toBe(15_000)
    const gone = run([...session, tick(65_000), tick(80_000)])
    expect(gone.effects.at(-1)).toBe('wipe')
    expect([gone.model.ending, gone.model.remainingMs]).toEqual([true, null])
  })
  test('more time takes the warning away', () => {
    const { model } = run([...session, tick(65_000), { type: 'idle', event: { type: 'extended', now: 66_000 } }])
    expect([model.remainingMs, model.ending]).toEqual([null, false])
  })
  test('an empty welcome screen is never erased', () => {
    expect(run([tick(65_000), tick(500_000)]).effects).toEqual([])
  })
  test('a packet on its way is not cut off', () => {
    const events: KioskEvent[] = [
      ...session,
      { type: 'intake', event: { type: 'understood-confirmed' } },
      { type: 'intake', event: { type: 'question-answered', answer: { kind: 'skipped' } } },
      { type: 'intake', event: { type: 'history-skipped' } },
      { type: 'intake', event: { type: 'vitals-skipped' } },
      { type: 'intake', event: { type: 'send-requested' } },
    ]
    expect(run([...events, tick(65_000), tick(120_000)]).model.ending).toBe(false)
  })
  test('an emergency stays on the screen for ten minutes after it was sent', () => {
    const sent: KioskEvent[] = [
      ...intake('crushing chest'),
      { type: 'intake', event: { type: 'assessed', assessed: { passages: [] } as never } },
      { type: 'intake', event: { type: 'packet-queued', ticket: 'A' } },
    ]
    expect(run([...sent, tick(300_000)], () => 1000).model.ending).toBe(false)
    const late = 1000 + EMERGENCY_STAYS_MS + 1
    expect(run([...sent, tick(late - 200), tick(late + 90_000)], () => 1000).model.ending).toBe(true)
  })
  test('once erasing began nothing can be entered any more, and a wiped kiosk is new', () => {
    const ended: KioskEvent[] = [...session, { type: 'intake', event: { type: 'finished' } }]
    const { model, effects } = run([...ended, ...intake('my chest hurts')])
    expect(model.intake.words).toBe('fever')
    expect(effects.filter((e) => e === 'wipe')).toEqual(['wipe'])
    expect(run([...ended, { type: 'wiped', now: 7 }]).model).toEqual(initialKiosk(7))
  })
  test('however the clock ticks, an idle session is erased exactly once', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 30_000 }), { minLength: 10, maxLength: 40 }), (steps) => {
        const times = steps.map((_, i) => steps.slice(0, i + 1).reduce((a, b) => a + b))
        const ticks = times.map(tick)
        const wipes = run([...session, ...ticks]).effects.filter((e) => e === 'wipe').length
        expect(wipes).toBe((times.at(-1) ?? 0) >= 80_000 ? 1 : 0)
      }),
      { numRuns: 40 },
    )
  })
})
