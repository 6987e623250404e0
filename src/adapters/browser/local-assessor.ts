import type { Assessor } from '#app/ports/assessor.ts'
import type { HandOffReason, PacketProvenance } from '#contracts/clinical/packet.ts'
import type { LoadProgress } from '#contracts/workers/inference.ts'
import { type AssessContent, assess, type SessionFacts } from '#domain/assessment/assess.ts'
import type { Assessed, PacketDraft } from '#domain/intake/packet-draft.ts'
import { passagesToCarry } from '#domain/packet/assemble-packet.ts'
import { makeFacts } from '#domain/triage/facts.ts'
import type { InferenceClient } from '../workers/inference-client.ts'
import type { RetrievalClient } from '../workers/retrieval-client.ts'

export type LocalAssessorDeps = {
  content: AssessContent
  inference: InferenceClient
  retrieval: RetrievalClient
  appVersion: string
  /** Told about loading, for the staff's view of the device; nothing of a patient. */
  onProgress: (progress: LoadProgress | null) => void
}

const RULES_ONLY = {
  engine: 'rules',
  backend: 'none',
  modelId: null,
  modelHash: null,
  promptId: null,
  generationMs: null,
} as const

const isIntegrity = (type: string): boolean => type === 'shard-mismatch' || type === 'manifest-invalid'

/** Model and index on this device. Whatever fails, the answer is an outcome: the packet goes out either way. */
export const localAssessor = (deps: LocalAssessorDeps): Assessor => {
  const { content, inference, retrieval } = deps

  const provenance = (over: Partial<PacketProvenance>): PacketProvenance => ({
    appVersion: deps.appVersion,
    contentHash: content.bundle.hash,
    indexId: retrieval.indexId(),
    ...RULES_ONLY,
    ...over,
  })

  const sessionFacts = (draft: PacketDraft): SessionFacts => ({
    profile: draft.profile,
    findings: draft.findings,
    floor: draft.floor,
    protocols: draft.protocols,
    words: draft.words,
    facts: makeFacts({
      findings: draft.findings,
      measures: draft.measures,
      profile: draft.profile,
      lexicon: content.bundle.lexicon,
    }),
  })

  const handOff = (draft: PacketDraft, reason: HandOffReason): Assessed => ({
    outcome: { kind: 'hand-off', reason, attempts: 0, violated: [] },
    provenance: provenance({}),
    passages: passagesToCarry(draft.floor.fired, [], content.passages),
  })

  const assessDraft = async (draft: PacketDraft): Promise<Assessed> => {
    if (draft.floor.level === 'emergency') return handOff(draft, 'emergency')
    const loaded = await inference.load(deps.onProgress)
    if (!loaded.ok) return handOff(draft, isIntegrity(loaded.error.type) ? 'integrity' : 'model-unavailable')
    const assessed = await assess(sessionFacts(draft), content, {
      generate: (messages, options) => inference.generate(messages, options),
      retrieve: async (query) => {
        const found = await retrieval.query(query)
        return found.ok ? found.value.map((r) => r.passage) : []
      },
    })
    // A worker that ended on the way holds nothing any more; what it wrote was written by the model that was loaded.
    const held = inference.capabilities()
    const { backend, modelId, modelHash } = held.modelId === null ? loaded.value : held
    const used = assessed.attempts.length > 0 || assessed.outcome.kind === 'assessment'
    return {
      outcome: assessed.outcome,
      provenance: used
        ? provenance({
            engine: 'transformers',
            backend,
            modelId,
            modelHash,
            promptId: assessed.promptId,
            generationMs: assessed.generationMs,
          })
        : provenance({}),
      passages: passagesToCarry(draft.floor.fired, assessed.input.passages, content.passages),
    }
  }

  return {
    warmUp: () => {
      void inference.load(deps.onProgress).then(() => deps.onProgress(null))
      void retrieval.load()
    },
    // A worker that breaks its own contract throws here; the packet goes out all the same.
    assess: (draft) => assessDraft(draft).catch(() => handOff(draft, 'model-failed')),
  }
}
