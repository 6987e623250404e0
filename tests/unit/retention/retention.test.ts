import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isExpired, KEEP_MS, type StoredKind } from '#domain/retention/expiry.ts'
import { type IdleEffect, type IdleEvent, startIdle, updateIdle } from '#domain/retention/idle-reset.ts'

const run = (...events: IdleEvent[]): readonly IdleEffect[] => {
  let model = startIdle(0)
  let effects: readonly IdleEffect[] = []
  for (const event of events) ({ model, effects } = updateIdle(model, event))
  return effects
}
const tick = (now: number): IdleEvent => ({ type: 'tick', now })
const touch = (now: number): IdleEvent => ({ type: 'activity', now })

describe('idle reset', () => {
  it.each<[string, IdleEvent[], IdleEffect[]]>([
    ['quiet before a minute', [tick(59_999)], []],
    ['warns after a minute', [tick(60_000)], [{ type: 'show-warning', remainingMs: 20_000 }]],
    ['counts down', [tick(60_000), tick(75_000)], [{ type: 'show-warning', remainingMs: 5_000 }]],
    ['wipes at the end of the countdown', [tick(60_000), tick(80_000)], [{ type: 'wipe', reason: 'idle' }]],
    ['a touch keeps the session', [tick(60_000), touch(70_000)], [{ type: 'hide-warning' }]],
    ['so does asking for time', [tick(60_000), { type: 'extended', now: 79_999 }], [{ type: 'hide-warning' }]],
    ['a touch starts the minute anew', [tick(60_000), touch(70_000), tick(129_999)], []],
    ['a touch while nothing is shown hides nothing', [touch(5)], []],
    ['a touch too late does not bring it back', [tick(60_000), touch(80_000)], [{ type: 'wipe', reason: 'idle' }]],
    ['a device that slept wipes at its first tick', [tick(500_000)], [{ type: 'wipe', reason: 'idle' }]],
    ['a device that slept wipes at its first touch', [touch(500_000)], [{ type: 'wipe', reason: 'idle' }]],
    ['the end wipes', [{ type: 'ended' }], [{ type: 'wipe', reason: 'ended' }]],
    ['leftovers of a crash are wiped', [{ type: 'crash-recovered' }], [{ type: 'wipe', reason: 'crash' }]],
    ['wiped is final', [{ type: 'ended' }, touch(1), tick(2), { type: 'ended' }], []],
  ])('%s', (_, events, effects) => {
    expect(run(...events)).toEqual(effects)
  })

  it('wipes exactly once and never later than 80 s after the last touch, given a tick a second', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 100_000 }), { maxLength: 8 }), (gaps) => {
        let model = startIdle(0)
        let now = 0
        let last = 0
        const wipes: number[] = []
        const feed = (event: IdleEvent, at: number): void => {
          const step = updateIdle(model, event)
          model = step.model
          if (step.effects.some((e) => e.type === 'wipe')) wipes.push(at)
        }
        for (const gap of [...gaps, 100_000]) {
          for (let t = now + 1000; t <= now + gap; t += 1000) feed(tick(t), t)
          now += gap
          if (wipes.length === 0) last = now
          feed(touch(now), now)
        }
        expect(wipes).toHaveLength(1)
        expect((wipes[0] ?? 0) - last).toBeLessThanOrEqual(81_000)
      }),
    )
  })
})

describe('expiry', () => {
  const now = 1_000_000_000_000
  const kinds = Object.keys(KEEP_MS) as StoredKind[]

  it.each(kinds)('%s rows go when their time is over, not before', (kind) => {
    expect(isExpired({ kind, storedAt: now - KEEP_MS[kind] }, now)).toBe(true)
    expect(isExpired({ kind, storedAt: now - KEEP_MS[kind] + 1 }, now)).toBe(false)
  })

  it('honours an earlier end of life, never a later one', () => {
    expect(isExpired({ kind: 'outbox', storedAt: now - 10, expiresAt: now }, now)).toBe(true)
    expect(isExpired({ kind: 'outbox', storedAt: now - 10, expiresAt: now + 1 }, now)).toBe(false)
    expect(isExpired({ kind: 'session', storedAt: now - KEEP_MS.session, expiresAt: now + 9e9 }, now)).toBe(true)
  })

  it('does not trust a clock that was set back: sessions go, unsent packets stay', () => {
    const from = (kind: StoredKind) => isExpired({ kind, storedAt: now + 3_600_001 }, now)
    expect(kinds.filter(from)).toEqual(['session', 'receipt'])
    expect(isExpired({ kind: 'session', storedAt: now + 3_600_000 }, now)).toBe(false)
  })

  it('once expired stays expired while the clock goes on', () => {
    fc.assert(
      fc.property(fc.constantFrom(...kinds), fc.nat(9e9), fc.nat(9e9), (kind, age, more) => {
        const row = { kind, storedAt: now - age }
        if (isExpired(row, now)) expect(isExpired(row, now + more)).toBe(true)
      }),
    )
  })
})
