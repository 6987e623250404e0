import { describe, expect, test } from 'vitest'
import { type KioskDeps, runKioskEffect } from '#app/effects/kiosk-effects.ts'
import type { KioskEffect, KioskEvent } from '#app/kiosk-flow.ts'
import type { Packet } from '#contracts/clinical/packet.ts'
import type { Assessed } from '#domain/intake/packet-draft.ts'
import { packetDraft } from '#domain/intake/packet-draft.ts'
import { derived, deps as intakeDeps, play, say } from '../intake/intake-fixture.ts'

const ID = '7f3a1c2e-0000-4000-8000-000000000001'
const { model } = play([...say('sore throat for 3 days'), { type: 'understood-confirmed' }])
const draft = packetDraft(model, derived(model), intakeDeps)
const passages = draft.floor.fired
  .flatMap((r) => r.cite ?? [])
  .map((id) => ({
    id,
    guidelineId: 'g',
    heading: 'h',
    text: 't',
    title: 't',
    source: 's',
    language: 'en' as const,
    version: '1',
    reviewed: '2026-01-01',
    reviewDue: '2028-01-01',
    protocols: [],
  }))
const assessed: Assessed = {
  outcome: { kind: 'hand-off', reason: 'disabled', attempts: 0, violated: [] },
  passages,
  provenance: {
    appVersion: '0',
    engine: 'rules',
    backend: 'none',
    modelId: null,
    modelHash: null,
    promptId: null,
    indexId: null,
    contentHash: 'c',
    generationMs: null,
  },
}

type Broken = Partial<{
  staff: number
  seal: boolean
  outbox: boolean
  network: boolean
  assess: boolean
  save: boolean
  read: boolean
}>

/** Ports that fail on demand; timers run at once. */
const world = (broken: Broken = {}) => {
  const packets: Packet[] = []
  const log: string[] = []
  let calls = 0
  const ports = {
    clock: {
      now: () => Date.UTC(2026, 10, 22),
      elapsed: () => 42,
      every: (_ms: number, run: () => void) => {
        queueMicrotask(run)
        return () => undefined
      },
    },
    ids: { uuid: () => ID },
    session: {
      clinicId: 'clinic',
      deviceId: 'device',
      drafts: {
        save: async () => {
          if (broken.save) throw new Error('quota')
          log.push('saved')
        },
        load: async () => null,
      },
      end: async (reason: string) => void log.push(`end ${reason}`),
    },
    assessor: {
      warmUp: () => undefined,
      assess: async () => {
        if (broken.assess) throw new Error('worker')
        return assessed
      },
    },
    sealer: {
      seal: async (packet: Packet) => {
        packets.push(packet)
        return broken.seal ? { ok: false, error: { type: 'no-key' } } : { ok: true, value: {} }
      },
    },
    outbox: {
      enqueue: async () => (broken.outbox ? { ok: false, error: { type: 'storage-full' } } : { ok: true, value: null }),
      delivered: () => (broken.network ? new Promise(() => undefined) : Promise.resolve()),
    },
    staff: {
      call: async (urgency: string) => {
        log.push(urgency)
        return ++calls <= (broken.staff ?? 0) ? { ok: false, error: { type: 'offline' } } : { ok: true, value: null }
      },
    },
    interactions: { record: async (p: Packet) => void log.push(`recorded ${p.id === ID}`) },
    reader: {
      warmUp: () => undefined,
      read: async (...about: unknown[]) => {
        log.push(`read ${about.slice(2).join(' ')}`)
        if (broken.read) throw new Error('worker')
        return null
      },
    },
  }
  const events: KioskEvent[] = []
  const run = runKioskEffect(ports as unknown as KioskDeps, (target) => void log.push(`focus ${target}`))
  const perform = async (effect: KioskEffect) => {
    run(effect, (event) => void events.push(event))
    for (let i = 0; i < 200; i++) await Promise.resolve()
    return events.map((e) => (e.type === 'intake' ? e.event.type : e.type))
  }
  return { packets, log, events, perform }
}

describe('reading', () => {
  const effect: KioskEffect = {
    type: 'read-words',
    of: 'k',
    words: 'w',
    profile: draft.profile,
    urgent: false,
    answers: 'no: fever',
  }
  test('the encoder gets what was answered, and its silence is an answer', async () => {
    for (const broken of [{}, { read: true }]) {
      const w = world(broken)
      expect(await w.perform(effect)).toEqual(['words-read'])
      expect(w.events[0]).toMatchObject({ event: { of: 'k', reading: null } })
      expect(w.log).toContain('read false no: fever')
    }
  })
})

describe('sending', () => {
  test('a packet is assembled, sealed, queued and recorded; the patient gets its ticket', async () => {
    const w = world()
    expect(await w.perform({ type: 'seal-and-queue', draft, assessed })).toEqual(['packet-queued', 'packet-delivered'])
    expect(w.events[0]).toMatchObject({ event: { ticket: '7F3A' } })
    expect(w.packets[0]).toMatchObject({
      id: ID,
      clinicId: 'clinic',
      deviceId: 'device',
      words: 'sore throat for 3 days',
      version: 1,
    })
    expect(w.packets[0]).not.toHaveProperty('protocols')
    expect(w.log).toContain('recorded true')
  })
  test('without the network the packet is queued, and nothing says that it was delivered', async () => {
    expect(await world({ network: true }).perform({ type: 'seal-and-queue', draft, assessed })).toEqual(['packet-queued'])
  })
  test('an assessment below the floor never leaves; the facts do, as a hand-off', async () => {
    const w = world()
    const low: Assessed = {
      ...assessed,
      outcome: {
        kind: 'assessment',
        attempts: 1,
        assessment: {
          level: 'low',
          summary: 'Preliminary assessment: nothing.',
          concerns: [{ text: 'one', cites: ['sore-throat'] }],
          actions: [{ text: 'two', cites: ['sore-throat'] }],
          disclaimer: 'Requires nurse review. Not a diagnosis.',
        },
      },
    }
    expect(draft.floor.level).toBe('high')
    expect(await w.perform({ type: 'seal-and-queue', draft, assessed: low })).toEqual(['packet-queued', 'packet-delivered'])
    expect(w.packets[0]?.outcome).toMatchObject({ kind: 'hand-off', reason: 'invalid-output', violated: ['level-below-floor'] })
  })
  test.each([{ seal: true }, { outbox: true }])('a broken port is a failed packet: %o', async (broken) => {
    expect(await world(broken).perform({ type: 'seal-and-queue', draft, assessed })).toEqual(['packet-failed'])
  })
  test('an assessor that breaks its promise is a failed packet, not a hanging screen', async () => {
    expect(await world({ assess: true }).perform({ type: 'start-assessment', draft })).toEqual(['packet-failed'])
    expect(await world().perform({ type: 'start-assessment', draft })).toEqual(['assessed'])
  })
})

describe('staff', () => {
  test('an alert says at once when it fails, and goes on trying', async () => {
    const w = world({ staff: 2 })
    expect(await w.perform({ type: 'alert-staff' })).toEqual(['staff-alert-failed', 'staff-alert-failed', 'staff-alerted'])
    expect(w.log).toEqual(['emergency', 'emergency', 'emergency'])
  })
  test('a call for help answers either way', async () => {
    expect(await world().perform({ type: 'call-staff' })).toEqual(['staff-called'])
    expect(await world({ staff: 1 }).perform({ type: 'call-staff' })).toEqual(['staff-call-failed'])
  })
  test('the end of the session ends the trying', async () => {
    const w = world({ staff: 1000 })
    const done = w.perform({ type: 'alert-staff' })
    await w.perform({ type: 'wipe', reason: 'ended' })
    await done
    const after = w.log.filter((l) => l === 'emergency').length
    expect(after).toBeLessThan(25)
    expect(w.log).toContain('end ended')
  })
})

test('a draft that cannot be kept does not stop the patient', async () => {
  const w = world({ save: true })
  expect(await w.perform({ type: 'persist-draft', model })).toEqual([])
  expect(await world().perform({ type: 'focus', target: 'error' })).toEqual([])
})
