import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { backOffMs } from '#domain/outbox/back-off.ts'
import {
  type OutboxEffect,
  type OutboxEvent,
  type OutboxModel,
  restoreOutbox,
  type SendFailure,
  updateOutbox,
} from '#domain/outbox/outbox-flow.ts'

const empty = restoreOutbox([])
const enqueued = (packetId: string, now = 0): OutboxEvent => ({ type: 'enqueued', packetId, now })
const sent = (packetId: string, now = 0): OutboxEvent => ({ type: 'sent', packetId, now })
const failed = (packetId: string, failure: SendFailure, now = 0, jitter = 0.5): OutboxEvent => ({
  type: 'failed',
  packetId,
  now,
  jitter,
  failure,
})
const status = (code: number, retryAfterMs?: number): SendFailure => ({
  type: 'status',
  status: code,
  ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
})
const network: SendFailure = { type: 'network' }

/** Model after all events, and the effects of the last one, shortened to words. */
const run = (...events: OutboxEvent[]): { model: OutboxModel; effects: string[] } => {
  let model = empty
  let effects: readonly OutboxEffect[] = []
  for (const event of events) ({ model, effects } = updateOutbox(model, event))
  return { model, effects: effects.map(short) }
}
const short = (e: OutboxEffect): string => {
  if (e.type === 'schedule') return `schedule ${e.afterMs}`
  if (e.type === 'save') return `save ${e.row.packetId}${e.row.dead ? ` ${e.row.dead}` : ''} ${e.row.attempts}`
  return e.type === 'alert-staff' ? `alert ${e.packetId} ${e.reason}` : `${e.type} ${e.packetId}`
}

describe('outbox', () => {
  it.each<[string, OutboxEvent[], string[]]>([
    ['sends at once', [enqueued('a')], ['save a 0', 'send a']],
    ['sends one at a time', [enqueued('a'), enqueued('b')], ['save b 0']],
    ['queues a packet once', [enqueued('a'), enqueued('a')], []],
    ['deletes on a verified receipt and goes on', [enqueued('a'), enqueued('b'), sent('a')], ['delete a', 'send b']],
    ['waits after a network failure', [enqueued('a'), failed('a', network)], ['save a 1', 'schedule 1000']],
    ['does not let one packet block another', [enqueued('a'), enqueued('b'), failed('a', network)], ['save a 1', 'send b']],
    ['tries again when the time has come', [enqueued('a'), failed('a', network), { type: 'clock', now: 1000 }], ['send a']],
    ['not before', [enqueued('a'), failed('a', network), { type: 'clock', now: 999 }], ['schedule 1']],
    ['tries again at once when asked', [enqueued('a'), failed('a', network), { type: 'flush-requested', now: 10 }], ['send a']],
    ['honours Retry-After', [enqueued('a'), failed('a', status(503, 90_000))], ['save a 1', 'schedule 90000']],
    [
      'holds everything back for Retry-After, even when asked',
      [enqueued('a'), enqueued('b'), failed('a', status(429, 90_000)), { type: 'flush-requested', now: 1000 }],
      ['schedule 89000'],
    ],
    ['stops at 401', [enqueued('a'), enqueued('b'), failed('a', status(401))], ['alert a auth']],
    ['stays stopped', [enqueued('a'), failed('a', status(403)), { type: 'flush-requested', now: 9 }], []],
    ['queues while stopped', [enqueued('a'), failed('a', status(401)), enqueued('b')], ['save b 0']],
    ['goes on once known again', [enqueued('a'), failed('a', status(401)), { type: 'authenticated', now: 9 }], ['send a']],
    [
      'buries what the server refuses',
      [enqueued('a'), enqueued('b'), failed('a', status(422))],
      ['save a refused 0', 'alert a refused', 'send b'],
    ],
    ['buries a conflict with an alarm', [enqueued('a'), failed('a', status(409))], ['save a conflict 0', 'alert a conflict']],
    ['does not send the buried', [enqueued('a'), failed('a', status(400)), { type: 'flush-requested', now: 9e9 }], []],
    [
      'unless staff ask',
      [enqueued('a'), failed('a', status(400)), { type: 'retried', packetId: 'a', now: 9 }],
      ['save a 0', 'send a'],
    ],
    [
      'keeps the packet when the receipt is bad',
      [enqueued('a'), failed('a', { type: 'receipt-invalid' })],
      ['save a 1', 'alert a receipt-invalid', 'schedule 1000'],
    ],
    ['retries 408', [enqueued('a'), failed('a', status(408))], ['save a 1', 'schedule 1000']],
    ['retries 500', [enqueued('a'), failed('a', status(500))], ['save a 1', 'schedule 1000']],
    ['retries a redirect (captive portal)', [enqueued('a'), failed('a', status(302))], ['save a 1', 'schedule 1000']],
    ['ignores a failure of a packet it is not sending', [enqueued('a'), enqueued('b'), failed('b', status(409))], []],
    ['believes a late receipt', [enqueued('a'), failed('a', status(400)), sent('a')], ['delete a']],
  ])('%s', (_, events, effects) => {
    expect(run(...events).effects).toEqual(effects)
  })

  it('tells staff when a packet stays on the device', () => {
    const tries = [1, 2, 3, 4].flatMap((n): OutboxEvent[] => [failed('a', network, n), { type: 'flush-requested', now: n }])
    expect(run(enqueued('a'), ...tries.slice(0, 7)).effects).toContain('alert a delayed')
    expect(run(enqueued('a'), ...tries.slice(0, 5)).effects).not.toContain('alert a delayed')
  })

  it('sends what was being sent again after a reload', () => {
    const { model } = run(enqueued('a'), enqueued('b'))
    const restored = restoreOutbox(model.rows)
    expect(updateOutbox(restored, { type: 'clock', now: 5 }).effects.map(short)).toEqual(['send a'])
  })

  it('waits 1 to 300 s, longer each time, and for as long as the server asks', () => {
    expect([1, 2, 3, 4, 8, 9, 10, 99].map((n) => backOffMs(n, 0))).toEqual([
      1000, 1000, 2000, 4000, 64_000, 128_000, 150_000, 150_000,
    ])
    expect(backOffMs(99, 0.999999)).toBe(300_000)
    expect(backOffMs(1, 0, 7000)).toBe(7000)
    expect(backOffMs(99, 0, 7000)).toBe(150_000)
    expect(backOffMs(1, 0, 1e12)).toBe(3_600_000)
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2000 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (n, jitter) => {
          const ms = backOffMs(n, jitter)
          expect(ms).toBeGreaterThanOrEqual(1000)
          expect(ms).toBeLessThanOrEqual(300_000)
          expect(backOffMs(n + 1, jitter)).toBeGreaterThanOrEqual(ms)
        },
      ),
    )
  })

  const failure = fc.oneof(
    fc.constant(network),
    fc.constant<SendFailure>({ type: 'receipt-invalid' }),
    fc.constantFrom(400, 401, 408, 409, 422, 429, 500, 503).map((code) => status(code)),
    fc.constant(status(503, 5000)),
  )
  const id = fc.constantFrom('a', 'b', 'c')
  const event: fc.Arbitrary<OutboxEvent> = fc.oneof(
    id.map((packetId) => enqueued(packetId)),
    id.map((packetId) => sent(packetId)),
    fc.tuple(id, failure).map(([packetId, f]) => failed(packetId, f)),
    fc.constantFrom<OutboxEvent>(
      { type: 'clock', now: 0 },
      { type: 'flush-requested', now: 0 },
      { type: 'authenticated', now: 0 },
    ),
  )

  it('loses nothing: a row goes only on a receipt; one is sent at a time; it never sleeps with work left', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(event, fc.integer({ min: 0, max: 4000 })), { maxLength: 60 }), (steps) => {
        let model = empty
        let now = 0
        const queued = new Set<string>()
        for (const [e, wait] of steps) {
          now += wait
          const before = model
          const { model: next, effects } = updateOutbox(model, { ...e, now } as OutboxEvent)
          model = next
          if (e.type === 'enqueued') queued.add(e.packetId)
          if (e.type === 'sent') queued.delete(e.packetId)
          expect(new Set(model.rows.map((r) => r.packetId))).toEqual(queued)
          const sends = effects.filter((x) => x.type === 'send')
          expect(sends.length).toBeLessThanOrEqual(1)
          if (sends.length > 0 && before.sending !== null) expect(['sent', 'failed']).toContain(e.type)
          expect(effects.filter((x) => x.type === 'delete').length).toBe(
            e.type === 'sent' && before.rows.some((r) => r.packetId === e.packetId) ? 1 : 0,
          )
          const live = model.rows.some((r) => r.dead === null)
          const ignored = effects.length === 0 && model === before
          if (live && !model.stopped && model.sending === null && !ignored)
            expect(effects.some((x) => x.type === 'schedule')).toBe(true)
        }
      }),
      { numRuns: 1000 },
    )
  })
})
