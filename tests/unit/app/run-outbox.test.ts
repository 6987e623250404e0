import { describe, expect, it } from 'vitest'
import { runOutbox } from '#app/effects/run-outbox.ts'
import type { ServerError } from '#app/ports/clinic-server.ts'
import type { OutboxStatus, OutboxStore } from '#app/ports/outbox.ts'
import { err, ok, type Result } from '#contracts/result.ts'
import type { SealedPacket } from '#contracts/wire/sealed-packet.ts'
import type { OutboxRow } from '#domain/outbox/outbox-flow.ts'

const packet = (id: string) => ({ routing: { packetId: id }, jwe: {}, signature: '' }) as unknown as SealedPacket

const memoryStore = (start: readonly string[] = []) => {
  const rows = new Map<string, { row: OutboxRow; sealed: SealedPacket }>()
  const put = (id: string) => rows.set(id, { row: { packetId: id, attempts: 0, notBefore: 0, dead: null }, sealed: packet(id) })
  for (const id of start) put(id)
  const store: OutboxStore = {
    add: async (sealed) => {
      put(sealed.routing.packetId)
      return ok(null)
    },
    rows: async () => [...rows.values()].map((r) => r.row),
    sealed: async (id) => rows.get(id)?.sealed ?? null,
    save: async (row) => {
      const held = rows.get(row.packetId)
      if (held) rows.set(row.packetId, { ...held, row })
    },
    delete: async (id) => {
      rows.delete(id)
    },
    sweep: async () => [],
  }
  return { store, rows }
}

const settle = async (): Promise<void> => {
  for (let i = 0; i < 40; i++) await Promise.resolve()
}

const open = (answers: readonly Result<string, ServerError>[], waiting: readonly string[] = [], receiptHolds = true) => {
  const { store, rows } = memoryStore(waiting)
  const sent: string[] = []
  const wakes: { afterMs: number; run: () => void }[] = []
  let now = 0
  const outbox = runOutbox({
    store,
    server: {
      putPacket: async (sealed) => {
        sent.push(sealed.routing.packetId)
        return answers[sent.length - 1] ?? ok('receipt')
      },
    },
    isReceipt: async () => receiptHolds,
    now: () => now,
    jitter: () => 0.5,
    wake: (afterMs, run) => {
      wakes.push({ afterMs, run })
      return () => undefined
    },
    lead: async () => undefined,
  })
  let status: OutboxStatus | null = null
  outbox.onStatus((s) => {
    status = s
  })
  return { outbox, rows, sent, wakes, status: () => status, forward: (ms: number) => (now += ms) }
}

describe('running the outbox', () => {
  it('sends what an earlier page left, and deletes only on a receipt that holds', async () => {
    const o = open([], ['a'])
    await settle()
    expect(o.sent).toEqual(['a'])
    expect(o.rows.size).toBe(0)
  })

  it('says delivered on a receipt that holds, and not before', async () => {
    for (const [holds, said] of [
      [true, ['a']],
      [false, []],
    ] as const) {
      const delivered: string[] = []
      const o = open([], [], holds)
      await settle()
      void o.outbox.delivered('a').then(() => delivered.push('a'))
      await o.outbox.enqueue(packet('a'))
      await settle()
      expect(o.sent).toEqual(['a'])
      expect(delivered).toEqual(said)
    }
  })

  it('keeps a packet whose receipt does not hold, tells staff and tries again later', async () => {
    const o = open([], ['a'], false)
    await settle()
    expect(o.rows.size).toBe(1)
    expect(o.status()).toMatchObject({ waiting: 1, alert: 'receipt-invalid' })
    expect(o.wakes.at(-1)?.afterMs).toBeGreaterThan(0)
  })

  it('waits and sends again after a cut network', async () => {
    const o = open([err({ type: 'offline' })], ['a'])
    await settle()
    expect(o.rows.size).toBe(1)
    const wake = o.wakes.at(-1)
    o.forward(wake?.afterMs ?? 0)
    wake?.run()
    await settle()
    expect(o.sent).toEqual(['a', 'a'])
    expect(o.rows.size).toBe(0)
  })

  it('lets others pass one that the server refuses for good', async () => {
    const o = open([err({ type: 'status', status: 400, code: 'bad' })], ['bad', 'good'])
    await settle()
    expect([...o.rows.keys()]).toEqual(['bad'])
    expect(o.status()).toMatchObject({ dead: 1, waiting: 0 })
  })

  it('stops on 401 until the device is known again', async () => {
    const o = open([err({ type: 'status', status: 401, code: 'unknown-device' })], ['a', 'b'])
    await settle()
    expect(o.sent).toEqual(['a'])
    expect(o.status()).toMatchObject({ stopped: true, waiting: 2 })
    o.outbox.authenticated()
    await settle()
    expect(o.rows.size).toBe(0)
  })
})
