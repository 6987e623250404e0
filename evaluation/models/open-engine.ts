import { err, ok, type Result } from '#contracts/result.ts'
import type { AssessDeps } from '#domain/assessment/assess.ts'
import { findNodeModel } from '#workers/inference/engines/node.ts'
import { openRetrieval } from './open-retrieval.ts'

export type OpenEngine = { deps: AssessDeps; modelId: string; modelHash: string; close: () => Promise<void> }
export type EngineError = { type: 'engine-unavailable'; message: string }

const noEngine = (message: string) => err({ type: 'engine-unavailable' as const, message })

/**
 * The model and the index as the kiosk has them, on Node: every shard and index file is verified. `model` is `bundled`
 * for the catalog's default, else an id of the catalog.
 */
export const openEngine = async (model: string, shards: string, index: string): Promise<Result<OpenEngine, EngineError>> => {
  const found = await findNodeModel(shards, model === 'bundled' ? null : model)
  if (!found.ok) return noEngine(`model "${model}" is not in ${shards}/catalog.json (${found.error.type})`)
  const { engine, manifest } = found.value
  const opened = await openRetrieval(shards, index)
  if (!opened.ok) return noEngine(opened.error.message)
  const loaded = await engine.load(manifest, () => undefined)
  if (!loaded.ok) return noEngine(`model ${manifest.id}: ${loaded.error.type}`)
  return ok({
    deps: {
      generate: (messages, options) => engine.generate(messages, options, () => undefined),
      // As in the kiosk: without retrieval the passages that the fired rules cite are what the model gets.
      retrieve: (query) =>
        opened.value.query(query).then(
          (hits) => hits.map((hit) => hit.passage),
          () => [],
        ),
    },
    modelId: manifest.id,
    modelHash: manifest.hash,
    close: () => engine.unload(),
  })
}
