import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { ok } from '#contracts/result.ts'
import type { InferenceEngine } from '#contracts/workers/inference.ts'
import { ModelManifest } from '#contracts/workers/model.ts'
import { TransformersEngine } from '#workers/inference/engines/transformers.ts'
import { sha256Hex } from '#workers/inference/model/sha256.ts'
import { noStore, type ShardSource } from '#workers/inference/model/shard-source.ts'
import { manifestHash } from '#workers/inference/model/verified-files.ts'

const SHARD = 16 * 1024 * 1024
const SIDE = ['config.json', 'generation_config.json', 'tokenizer.json', 'tokenizer_config.json']
/** Files of `ship.export_onnx` by precision. */
const WEIGHTS = { fp32: 'onnx/model.onnx', q8: 'onnx/model_quantized.onnx', q4: 'onnx/model_q4.onnx' } as const
export type Precision = keyof typeof WEIGHTS

/**
 * An engine over one precision of an export that was not released yet: files are cut into shards in memory and go through the very
 * loader that the bundled model goes through. Throws when a file is missing.
 */
export const exportedEngine = async (folder: string, precision: Precision): Promise<InferenceEngine> => {
  const bytes = new Map([WEIGHTS[precision], ...SIDE].map((path) => [path, new Uint8Array(readFileSync(join(folder, path)))]))
  const shards = new Map<string, Uint8Array<ArrayBuffer>>()
  const files = []
  for (const [path, whole] of bytes) {
    const parts: ModelManifest['files'][number]['shards'] = []
    for (let at = 0; at < whole.byteLength; at += SHARD) {
      const part = whole.slice(at, at + SHARD)
      const name = `${path}.${parts.length}`
      shards.set(name, part)
      parts.push({ path: name, bytes: part.byteLength, sha256: await sha256Hex(part) })
    }
    files.push({ path, bytes: statSync(join(folder, path)).size, sha256: await sha256Hex(whole), shards: parts })
  }
  const { max_position_embeddings: contextTokens } = JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8'))
  const manifest = ModelManifest.parse({
    id: `export-${precision}`,
    version: '0.0.0',
    task: 'text-generation',
    architecture: 'llama',
    parameters: 1,
    contextTokens,
    licence: 'not released',
    files,
    hash: await manifestHash(files),
  })
  const source: ShardSource = {
    fetch: async (path) => ({ status: shards.has(path) ? 200 : 404, bytes: shards.get(path) ?? null }),
  }
  const engine = new TransformersEngine({
    backend: 'node',
    device: 'cpu',
    shards: source,
    store: noStore,
    prepare: async () => ok({ threads: 0, facts: { backend: 'node', shaderF16: false, bufferBytes: null, memoryBytes: null } }),
  })
  const loaded = await engine.load(manifest, () => undefined)
  if (!loaded.ok) throw new Error(`${folder}: ${loaded.error.type}`)
  return engine
}
