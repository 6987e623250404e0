import './no-eval.ts'
import type { KioskDeps } from '#app/kiosk.ts'
import type { Packet } from '#contracts/clinical/packet.ts'
import type { SealedPacket } from '#contracts/wire/sealed-packet.ts'
import type { NarrativeReading } from '#contracts/workers/understanding.ts'
import '#ui/screens/kiosk/kiosk-app.ts'

/** Ports that only remember what they were asked, a clock the test moves by hand, and the real content bundle. */
export type Harness = {
  packets: Packet[]
  calls: string[]
  ended: string[]
  drafts: number
  /** Failing on purpose. */
  broken: { staff: boolean; sealer: boolean; assessor: boolean }
  advance: (ms: number) => void
  /** Answers the reading that waits; only on a page opened with `?reader`. */
  answer: (reading: NarrativeReading | null) => void
  /** What was answered beside the words, one text a reading. */
  reads: string[]
}

const state: Harness = {
  packets: [],
  calls: [],
  ended: [],
  drafts: 0,
  broken: { staff: false, sealer: false, assessor: false },
  advance: () => undefined,
  answer: () => undefined,
  reads: [],
}
let elapsed = 0
const ticks = new Set<{ ms: number; next: number; run: () => void }>()
state.advance = (ms) => {
  for (let left = ms; left > 0; left -= 1000) {
    elapsed += Math.min(1000, left)
    for (const t of [...ticks]) {
      if (elapsed < t.next) continue
      t.next = elapsed + t.ms
      t.run()
    }
  }
}

const content = (await (await fetch('/content.json')).json()) as KioskDeps['content']
const sealedOf = (packet: Packet): SealedPacket => {
  state.packets.push(packet)
  return { routing: {}, jwe: {}, signature: '' } as unknown as SealedPacket
}

const deps: KioskDeps = {
  content,
  clock: {
    now: () => Date.UTC(2026, 10, 22, 9, 0, 0),
    elapsed: () => elapsed,
    every: (ms, run) => {
      const tick = { ms, next: elapsed + ms, run }
      ticks.add(tick)
      return () => void ticks.delete(tick)
    },
  },
  ids: { uuid: () => '7f3a1c2e-0000-4000-8000-000000000001' },
  session: {
    clinicId: 'clinic',
    deviceId: 'device',
    drafts: {
      save: async () => {
        state.drafts++
      },
      load: async () => null,
    },
    end: async (reason) => {
      state.ended.push(reason)
    },
  },
  assessor: {
    warmUp: () => undefined,
    assess: async (draft) => {
      if (state.broken.assessor) throw new Error('assessor')
      const cited = draft.floor.fired.flatMap((r) => r.cite ?? [])
      return {
        outcome: {
          kind: 'hand-off',
          reason: draft.floor.level === 'emergency' ? 'emergency' : 'disabled',
          attempts: 0,
          violated: [],
        },
        passages: cited.map((id) => ({
          id,
          guidelineId: id.split('#')[0] ?? '',
          heading: 'heading',
          text: 'text',
          title: 'title',
          source: 'source',
          language: 'en',
          version: '1',
          reviewed: '2026-01-01',
          reviewDue: '2028-01-01',
          protocols: [],
        })),
        provenance: {
          appVersion: '0',
          engine: 'rules',
          backend: 'none',
          modelId: null,
          modelHash: null,
          promptId: null,
          indexId: null,
          contentHash: 'harness',
          generationMs: null,
        },
      }
    },
  },
  sealer: {
    seal: async (packet) =>
      state.broken.sealer ? { ok: false, error: { type: 'no-key' } } : { ok: true, value: sealedOf(packet) },
  },
  outbox: { enqueue: async () => ({ ok: true, value: null }), delivered: async () => undefined },
  staff: {
    call: async (urgency) => {
      state.calls.push(urgency)
      return state.broken.staff ? { ok: false, error: { type: 'offline' } } : { ok: true, value: null }
    },
  },
  interactions: { record: async () => undefined },
  ...(location.search === '?reader'
    ? {
        reader: {
          warmUp: () => undefined,
          read: (_words, _profile, _urgent, answers = '') =>
            new Promise<NarrativeReading | null>((resolve) => {
              state.reads.push(answers)
              state.answer = resolve
            }),
        },
      }
    : {}),
}

Object.assign(globalThis, { harness: state })
const kiosk = document.querySelector('anteroom-kiosk')
if (kiosk) kiosk.deps = deps
