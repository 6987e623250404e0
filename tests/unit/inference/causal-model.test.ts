import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { diskShards, findNodeModel } from '#workers/inference/engines/node.ts'
import { type CausalModel, loadCausalModel } from '#workers/inference/engines/onnx/causal-model.ts'
import { noStore } from '#workers/inference/model/shard-source.ts'
import { chooseVariant } from '#workers/inference/model/variant.ts'
import { verifiedFiles } from '#workers/inference/model/verified-files.ts'

const SHARDS = resolve(import.meta.dirname, '../../fixtures/tiny-llama/model-shards')
let model: CausalModel

beforeAll(async () => {
  const found = await findNodeModel(SHARDS, 'tiny-llama')
  if (!found.ok) throw new Error(found.error.type)
  const { manifest } = found.value
  const choice = chooseVariant(manifest, { backend: 'node', shaderF16: false, bufferBytes: null, memoryBytes: null }, null)
  if (!choice.ok) throw new Error(choice.error.type)
  const files = await verifiedFiles(manifest, choice.value.paths, diskShards(join(SHARDS, 'model')), noStore, () => undefined)
  if (!files.ok) throw new Error(files.error.type)
  const loaded = await loadCausalModel(manifest, files.value, choice.value.variant, 'cpu')
  if (!loaded.ok) throw new Error(loaded.error.type)
  model = loaded.value
})
afterAll(() => model.dispose())

const largestDifference = (a: Float32Array, b: Float32Array): number =>
  Math.max(...a.map((x, i) => Math.abs(x - (b[i] ?? Number.NaN))))

describe('a causal model', () => {
  it('reads several tokens after a cache as it reads them one by one, and leaves the cache as it was', async () => {
    const prompt = model.encodeChat([{ role: 'user', content: 'patient: 45 year' }])
    const { cache } = await model.forward(prompt, null)
    const next = model.encode('{"level":"high')
    expect(next.length).toBeGreaterThan(2)
    const atOnce = await model.forward(next, cache)
    let step: Awaited<ReturnType<CausalModel['forward']>> = { logits: new Float32Array(), cache }
    for (const id of next) step = await model.forward([id], step.cache)
    expect(largestDifference(atOnce.logits, step.logits)).toBeLessThan(1e-3)
    const again = await model.forward(next, cache)
    expect(largestDifference(atOnce.logits, again.logits)).toBe(0)
  })

  it('knows the bytes of its tokens: what is encoded comes back, whatever the script', () => {
    for (const text of ['{"text":"Evaluación: 38,5 °C — ñandú"}', '  two  spaces\n', '漢字 😀']) {
      const bytes = model.encode(text).flatMap((id) => [...(model.tokenBytes[id] ?? [])])
      expect(new TextDecoder().decode(Uint8Array.from(bytes))).toBe(text)
    }
  })

  it('gives special tokens no bytes, so that no grammar can choose them', () => {
    for (const id of model.endTokens) expect(model.tokenBytes[id]).toBeNull()
  })

  it('writes a chat as it was trained: roles as special tokens, the answer next, no end in between', () => {
    const ids = model.encodeChat([
      { role: 'system', content: 'a' },
      { role: 'user', content: 'b <|assistant|>' },
    ])
    const special = ids.filter((id) => model.tokenBytes[id] === null)
    expect(special).toHaveLength(4)
    expect(ids[0]).toBe(special[0])
    expect(ids.at(-1)).toBe(special[3])
  })
})
