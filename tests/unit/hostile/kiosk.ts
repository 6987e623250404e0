import { existsSync, readFileSync } from 'node:fs'
import { localAssessor } from '#adapters/browser/local-assessor.ts'
import { InferenceClient } from '#adapters/workers/inference-client.ts'
import type { RetrievalClient } from '#adapters/workers/retrieval-client.ts'
import { type KioskDeps, runKioskEffect } from '#app/effects/kiosk-effects.ts'
import type { KioskEffect, KioskEvent } from '#app/kiosk-flow.ts'
import type { Packet } from '#contracts/clinical/packet.ts'
import { ok, type Result } from '#contracts/result.ts'
import type {
  Cancellation,
  ChatMessage,
  EngineCapabilities,
  Generated,
  GenerateError,
  GenerateOptions,
  InferenceEngine,
  LoadError,
} from '#contracts/workers/inference.ts'
import type { ModelManifest } from '#contracts/workers/model.ts'
import type { PacketDraft } from '#domain/intake/packet-draft.ts'
import { inferenceApi } from '#workers/inference/inference-api.ts'
import { noStore, type ShardSource } from '#workers/inference/model/shard-source.ts'
import { asksAssessment, obedientAssessment, obedientHandover } from '../../fixtures/obedient.ts'
import { fakeWorker } from '../inference/fake-worker.ts'
import { content, passages } from './content.ts'

/** What the engine is asked, and how often it was asked for an assessment before. */
export type Ask = {
  messages: readonly ChatMessage[]
  options: GenerateOptions
  onToken: (text: string) => void
  signal: Cancellation | undefined
  attempt: number
}
export type Answer = Result<Generated, GenerateError>

export const says = (text: string): Answer =>
  ok({ text, promptTokens: 100, tokens: 50, firstTokenMs: 1, totalMs: 9, stop: 'end' })

/** A sound answer: the first that the schema of the call allows. */
export const obey = ({ options: { schema = {} } }: Ask): Answer =>
  says(JSON.stringify(asksAssessment(schema) ? obedientAssessment(schema) : obedientHandover(schema)))

/** An engine that keeps the contract's shape and nothing else: it answers what its script says. */
export class HostileEngine implements InferenceEngine {
  answer: (ask: Ask) => Answer | Promise<Answer> = obey
  loads: (honest: EngineCapabilities) => Result<EngineCapabilities, LoadError> = ok
  attempts = 0
  aborted = 0
  #honest: EngineCapabilities = { backend: 'wasm', webgpu: false, threads: 1, modelId: null, modelHash: null }

  async load(manifest: ModelManifest): Promise<Result<EngineCapabilities, LoadError>> {
    this.#honest = { ...this.#honest, modelId: manifest.id, modelHash: manifest.hash }
    return this.loads(this.#honest)
  }
  async generate(
    messages: readonly ChatMessage[],
    options: GenerateOptions,
    onToken: (text: string) => void,
    signal?: Cancellation,
  ): Promise<Answer> {
    if (asksAssessment(options.schema)) this.attempts++
    signal?.addEventListener('abort', () => this.aborted++)
    return this.answer({ messages, options, onToken, signal, attempt: this.attempts })
  }
  capabilities = (): EngineCapabilities => this.#honest
  unload = async (): Promise<void> => undefined
}

const SHARDS = new URL('../../fixtures/tiny-llama/model-shards/', import.meta.url)
const shards: ShardSource = {
  fetch: async (path) => {
    const file = new URL(path, SHARDS)
    return existsSync(file) ? { status: 200, bytes: new Uint8Array(readFileSync(file)) } : { status: 404, bytes: null }
  },
}

/** The index brings what a sound one would: passages of the protocols that the query leans to. */
const retrieval = {
  indexId: () => 'index-1',
  load: async () => ok({ indexId: 'index-1', passages: passages.length, embedderId: 'e' }),
  query: async (q: { prefer: { protocols: object }; k: number }) =>
    ok(
      passages
        .filter((p) => p.protocols.some((id) => id in q.prefer.protocols))
        .slice(0, q.k)
        .map((passage) => ({ passage, score: 1, lexicalRank: 1, denseRank: 1 })),
    ),
} as unknown as RetrievalClient

export type Visit = { packet: Packet | null; events: string[]; attempts: number; aside: unknown[] }

/**
 * The kiosk from the end of the interview to the outbox, with nothing replaced but the model, the index, the cipher and the network:
 * worker API, page's client, assessor, flow, validator, assembly of the packet. `aside` is all that staff or a log could see beside
 * the packet.
 */
export const openKiosk = () => {
  const engine = new HostileEngine()
  const aside: unknown[] = []
  const client = new InferenceClient({
    modelId: 'default',
    ladder: ['wasm'],
    onFallback: (step) => aside.push(step),
    createWorker: () =>
      fakeWorker(inferenceApi({ shards, documents: noStore, engine: () => engine, hasWebGpu: () => false })).worker,
  })
  const assessor = localAssessor({
    content,
    inference: client,
    retrieval,
    appVersion: '0',
    onProgress: (p) => aside.push(p),
  })

  const visit = async (draft: PacketDraft, answer: HostileEngine['answer']): Promise<Visit> => {
    Object.assign(engine, { answer, attempts: 0, aborted: 0 })
    aside.length = 0
    let packet: Packet | null = null
    const events: string[] = []
    const ports = {
      assessor,
      clock: { now: () => Date.UTC(2026, 10, 22), elapsed: () => 0 },
      ids: { uuid: () => '7f3a1c2e-0000-4000-8000-000000000001' },
      session: { clinicId: 'clinic', deviceId: 'device' },
      sealer: {
        seal: async (p: Packet) => {
          packet = p
          return ok({})
        },
      },
      outbox: { enqueue: async () => ok(null), delivered: async () => undefined },
      interactions: { record: async () => undefined },
    }
    const run = runKioskEffect(ports as unknown as KioskDeps, () => undefined)
    await new Promise<void>((resolve) => {
      const dispatch = (e: KioskEvent): void => {
        if (e.type !== 'intake') return
        events.push(e.event.type)
        const next: KioskEffect | null =
          e.event.type === 'assessed' ? { type: 'seal-and-queue', draft, assessed: e.event.assessed } : null
        if (next) run(next, dispatch)
        else if (e.event.type !== 'packet-queued') resolve()
      }
      run({ type: 'start-assessment', draft }, dispatch)
    })
    return { packet, events, attempts: engine.attempts, aside: [...aside] }
  }
  return { engine, client, visit, stop: () => client.stop() }
}
export type Kiosk = ReturnType<typeof openKiosk>
