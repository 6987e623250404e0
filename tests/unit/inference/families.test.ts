import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ChatMessage } from '#contracts/workers/inference.ts'
import { orderTokens } from '#workers/inference/constrain/token-mask.ts'
import { diskShards } from '#workers/inference/engines/node.ts'
import { loadCausalModel } from '#workers/inference/engines/onnx/causal-model.ts'
import { loadSequenceModel } from '#workers/inference/engines/onnx/sequence-model.ts'
import { generate } from '#workers/inference/generate/generate.ts'
import type { LanguageModel } from '#workers/inference/generate/language-model.ts'
import { PromptCache } from '#workers/inference/generate/prompt-cache.ts'
import { noStore } from '#workers/inference/model/shard-source.ts'
import { chooseVariant } from '#workers/inference/model/variant.ts'
import { verifiedFiles } from '#workers/inference/model/verified-files.ts'
import { FAMILIES, familyManifest } from '../../fixtures/tiny-family.ts'

type Model = LanguageModel<unknown> & { dispose(): Promise<void> }
const NODE = { backend: 'node', shaderF16: false, bufferBytes: null, memoryBytes: null } as const

const open = async (name: string): Promise<Model> => {
  const manifest = await familyManifest(name)
  const choice = chooseVariant(manifest, NODE, null)
  if (!choice.ok) throw new Error(choice.error.type)
  const { paths, variant, isSequence } = choice.value
  const files = await verifiedFiles(manifest, paths, diskShards(join(FAMILIES, name)), noStore, () => undefined)
  if (!files.ok) throw new Error(files.error.type)
  const model = await (isSequence ? loadSequenceModel : loadCausalModel)(manifest, files.value, variant, 'cpu')
  if (!model.ok) throw new Error(JSON.stringify(model.error))
  return model.value
}

/** The model, and how many tokens each pass of it computed. */
const counting = (model: Model) => {
  const passes: number[] = []
  const counted: Model = {
    ...model,
    forward: (tokens, past) => {
      passes.push(tokens.length)
      return model.forward(tokens, past)
    },
  }
  return { counted, passes }
}

const conversation = (fixed: string, words: string): ChatMessage[] => [
  { role: 'system', content: fixed },
  { role: 'user', content: words },
]
const GUIDE = 'Possible chest infection with fever and cough. Nurse to check temperature. '

/** Writes four tokens; the passes before the first of them are the prompt's. */
const ask = async (model: Model, prompts: PromptCache<unknown>, messages: ChatMessage[]) => {
  const { counted, passes } = counting(model)
  const deps = { model: counted, order: orderTokens(model.tokenBytes), prompts, now: () => performance.now() }
  const result = await generate(deps, messages, { maxTokens: 4, timeoutMs: 60_000 }, () => undefined)
  if (!result.ok) throw new Error(JSON.stringify(result.error))
  return { text: result.value.text, promptTokens: result.value.promptTokens, passes }
}

for (const name of ['gemma-2', 'mistral', 'qwen-2']) {
  describe(`${name} reads on`, () => {
    let model: Model
    beforeAll(async () => {
      model = await open(name)
    })
    afterAll(() => model.dispose())

    it('computes only the new tokens of a second conversation, however long the fixed prompt', async () => {
      const newTokens: number[] = []
      for (const times of [2, 12]) {
        const prompts = new PromptCache<unknown>()
        const first = await ask(model, prompts, conversation(GUIDE.repeat(times), 'cough'))
        const second = await ask(model, prompts, conversation(GUIDE.repeat(times), 'fever'))
        expect(first.passes[0]).toBeGreaterThan(times * 10)
        expect((first.passes[0] ?? 0) + (first.passes[1] ?? 0)).toBe(first.promptTokens)
        expect(first.promptTokens - (second.passes[0] ?? 0)).toBeGreaterThan(times * 10)
        newTokens.push(second.passes[0] ?? 0)
      }
      expect(newTokens[1]).toBe(newTokens[0])
    })

    it('keeps the fixed prompt through another conversation, and says the same as without any of it', async () => {
      const prompts = new PromptCache<unknown>()
      const messages = conversation(GUIDE.repeat(4), 'fever')
      await ask(model, prompts, conversation(GUIDE.repeat(4), 'cough'))
      await ask(model, prompts, [{ role: 'user', content: 'Febbre e tosse' }])
      const again = await ask(model, prompts, messages)
      expect(again.passes[0]).toBeLessThan(60)
      const fresh = await ask(model, new PromptCache<unknown>(), messages)
      expect(again.text).toBe(fresh.text)
      expect(fresh.passes[0]).toBeGreaterThan(60)
    })

    it('can read the fixed prompt before anybody asks', async () => {
      const prompts = new PromptCache<unknown>()
      const { counted, passes } = counting(model)
      const deps = { model: counted, order: orderTokens(model.tokenBytes), prompts, now: () => performance.now() }
      const beforehand = await generate(
        deps,
        conversation(GUIDE.repeat(4), '-'),
        { maxTokens: 0, timeoutMs: 60_000 },
        () => undefined,
      )
      expect(beforehand).toMatchObject({ ok: true, value: { text: '', stop: 'length' } })
      const asked = await ask(model, prompts, conversation(GUIDE.repeat(4), 'cough'))
      expect(asked.passes[0]).toBeLessThan(asked.promptTokens - (passes[0] ?? 0) + 1)
    })

    it('reads a long prompt in pieces as in one, up to rounding', async () => {
      const ids = model.encodeChat([{ role: 'user', content: GUIDE.repeat(8) }])
      expect(ids.length).toBeGreaterThan(256)
      const whole = await model.forward(ids, null)
      const head = await model.forward(ids.slice(0, 101), null)
      const rest = await model.forward(ids.slice(101), head.cache)
      expect(Math.max(...whole.logits.map((x, i) => Math.abs(x - (rest.logits[i] ?? Number.NaN))))).toBeLessThan(1e-3)
    })
  })
}

describe('medical-mt5', () => {
  let model: Model
  beforeAll(async () => {
    model = await open('medical-mt5')
  })
  afterAll(() => model.dispose())

  it('reads a conversation once: a retry computes nothing of it again, another conversation all of it', async () => {
    const prompts = new PromptCache<unknown>()
    const messages = conversation(GUIDE, 'cough')
    const first = await ask(model, prompts, messages)
    expect(first.passes[0]).toBe(first.promptTokens)
    const retry = await ask(model, prompts, messages)
    expect(retry.passes).toEqual(first.passes.slice(1))
    expect(retry.text).toBe(first.text)
    const other = await ask(model, prompts, conversation(GUIDE, 'fever'))
    expect(other.passes[0]).toBe(other.promptTokens)
  })

  it('writes several given tokens as one after the other, and leaves the cache it came from usable', async () => {
    const { cache } = await model.forward(model.encodeChat(conversation(GUIDE, 'cough')), null)
    const ids = model.encode('fever').slice(0, 3)
    expect(ids.length).toBeGreaterThan(1)
    const atOnce = await model.forward(ids, cache)
    let step: Awaited<ReturnType<Model['forward']>> = { logits: new Float32Array(), cache }
    for (const id of ids) step = await model.forward([id], step.cache)
    expect(atOnce.logits).toEqual(step.logits)
    expect((await model.forward(ids, cache)).logits).toEqual(atOnce.logits)
  })

  it('hears what it was told: another text, other logits', async () => {
    const logitsOf = async (words: string) => (await model.forward(model.encodeChat(conversation(GUIDE, words)), null)).logits
    expect(await logitsOf('cough')).not.toEqual(await logitsOf('fever'))
  })
})
