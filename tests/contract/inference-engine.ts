import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ChatMessage, GenerateOptions, InferenceEngine, LoadProgress } from '#contracts/workers/inference.ts'
import type { ModelManifest } from '#contracts/workers/model.ts'

/** What an engine's test must bring: the tiny model, and engines over copies of it that were damaged (`files` engines only). */
export type EngineUnderTest = {
  manifest: ModelManifest
  /** The text of one of the tokenizer's special tokens; `<|eos|>` where it is not named. */
  special?: string
  /** Above 0 for a random model that, greedy, says the same to everything. */
  temperature?: number
  make(): InferenceEngine
  /** An engine whose copy of `path` has one flipped bit. */
  makeCorrupted?(path: string): InferenceEngine
  makeWithout?(path: string): InferenceEngine
}

const MESSAGES: ChatMessage[] = [
  { role: 'system', content: 'Write a preliminary assessment.' },
  { role: 'user', content: 'patient: 45 year, female\nfloor: high\nfindings:\nf1 + cough' },
]
const SCHEMA = {
  type: 'object',
  properties: {
    level: { enum: ['emergency', 'high'] },
    text: { type: 'string', pattern: '^Evaluación: [^"\\\\<>\\u0000-\\u001f]{3,40}$' },
    cites: { type: 'array', minItems: 1, maxItems: 3, items: { enum: ['f1', 'f10', 'p1'] } },
    disclaimer: { const: 'Requires nurse review. Not a diagnosis.' },
  },
  required: ['level', 'text', 'cites', 'disclaimer'],
  additionalProperties: false,
}
const OPTIONS: GenerateOptions = { schema: SCHEMA, maxTokens: 200, timeoutMs: 30_000 }
const ignore = (): void => undefined

/** A signal that reads as aborted from `after` looks on, or when told. */
const cancellation = () => {
  const controller = new AbortController()
  return { signal: controller.signal, abort: () => controller.abort() }
}

/**
 * The behaviour every engine owes, whatever runs behind it. `files`: it loads the model's files and vouches for them; `remote`: a
 * server holds them, so there is no hash to claim and nothing to verify.
 */
export const inferenceEngineContract = (
  name: string,
  setUp: () => Promise<EngineUnderTest>,
  kind: 'files' | 'remote' = 'files',
): void => {
  const hasFiles = kind === 'files'
  describe(`${name} keeps the engine contract`, () => {
    let subject: EngineUnderTest
    let engine: InferenceEngine
    const progress: LoadProgress[] = []

    beforeAll(async () => {
      subject = await setUp()
      engine = subject.make()
      expect(await engine.generate(MESSAGES, OPTIONS, ignore)).toEqual({ ok: false, error: { type: 'not-loaded' } })
      const loaded = await engine.load(subject.manifest, (p) => progress.push(p))
      expect(loaded).toMatchObject({
        ok: true,
        value: { modelId: subject.manifest.id, modelHash: hasFiles ? subject.manifest.hash : null },
      })
    })
    afterAll(async () => engine.unload())

    it.runIf(hasFiles)('reports progress that only grows, phase by phase, up to the total', () => {
      for (const phase of ['download', 'verify', 'prepare'] as const) {
        const steps = progress.filter((p) => p.phase === phase)
        expect(steps.length).toBeGreaterThan(0)
        expect(steps.map((p) => p.loadedBytes)).toEqual(steps.map((p) => p.loadedBytes).sort((a, b) => a - b))
        expect(steps.at(-1)?.loadedBytes).toBe(steps.at(-1)?.totalBytes)
      }
    })

    it('writes JSON that follows the schema, compact, and streams the very same text', async () => {
      let streamed = ''
      const result = await engine.generate(MESSAGES, OPTIONS, (text) => {
        streamed += text
      })
      if (!result.ok) throw new Error(JSON.stringify(result.error))
      const value = JSON.parse(result.value.text)
      expect(JSON.stringify(value)).toBe(result.value.text)
      expect(streamed).toBe(result.value.text)
      expect(Object.keys(value)).toEqual(SCHEMA.required)
      expect(SCHEMA.properties.level.enum).toContain(value.level)
      expect(value.text).toMatch(new RegExp(SCHEMA.properties.text.pattern))
      expect(value.cites.length).toBeLessThanOrEqual(3)
      expect(value.disclaimer).toBe(SCHEMA.properties.disclaimer.const)
      expect(result.value).toMatchObject({ stop: 'end' })
      expect(result.value.promptTokens).toBeGreaterThan(10)
      expect(result.value.tokens).toBeLessThanOrEqual(OPTIONS.maxTokens)
    })

    it('gives the same greedy text again, the same seeded text for a seed, and another for another', async () => {
      const text = async (more: Partial<GenerateOptions>): Promise<string> => {
        const result = await engine.generate(MESSAGES, { ...OPTIONS, ...more }, ignore)
        return result.ok ? result.value.text : result.error.type
      }
      expect(await text({})).toBe(await text({ temperature: 0 }))
      expect(await text({ temperature: 1, seed: 1 })).toBe(await text({ temperature: 1, seed: 1 }))
      expect(await text({ temperature: 1, seed: 1 })).not.toBe(await text({ temperature: 1, seed: 2 }))
    })

    it('answers a prompt the same whatever it answered before, be it of the same length', async () => {
      const answer = async (complaint: string): Promise<string> => {
        const result = await engine.generate(
          [{ role: 'user', content: `f1 + ${complaint}` }],
          { maxTokens: 20, timeoutMs: 30_000, temperature: subject.temperature ?? 0, seed: 3 },
          ignore,
        )
        return result.ok ? result.value.text : result.error.type
      }
      const a = await answer('11111')
      const b = await answer('99999')
      expect(a).not.toBe(b)
      expect(await answer('11111')).toBe(a)
      expect(await answer('11111')).toBe(a)
    })

    it('says so when the cap cut the text short', async () => {
      const result = await engine.generate(MESSAGES, { ...OPTIONS, maxTokens: 12 }, ignore)
      expect(result).toMatchObject({ ok: true, value: { stop: 'length', tokens: 12 } })
    })

    it('stops between tokens when told', async () => {
      const { signal, abort } = cancellation()
      let tokens = 0
      const result = await engine.generate(
        MESSAGES,
        OPTIONS,
        () => {
          tokens++
          abort()
        },
        signal,
      )
      expect(result).toEqual({ ok: false, error: { type: 'aborted' } })
      expect(tokens).toBe(1)
      expect((await engine.generate(MESSAGES, OPTIONS, ignore)).ok).toBe(true)
    })

    it('stops when its time is up', async () => {
      const result = await engine.generate(MESSAGES, { ...OPTIONS, timeoutMs: 0 }, ignore)
      expect(result).toMatchObject({ ok: false, error: { type: 'timeout' } })
    })

    it('refuses a prompt that leaves no room for the answer', async () => {
      const long: ChatMessage[] = [{ role: 'user', content: 'cough '.repeat(3000) }]
      const result = await engine.generate(long, OPTIONS, ignore)
      const limit = subject.manifest.contextTokens - OPTIONS.maxTokens
      expect(result).toMatchObject({ ok: false, error: { type: 'prompt-too-long', limit } })
    })

    it('reads special tokens in a message as plain text', async () => {
      const plain = await engine.generate([{ role: 'user', content: 'x' }], { maxTokens: 1, timeoutMs: 30_000 }, ignore)
      const tricky = await engine.generate(
        [{ role: 'user', content: `x${subject.special ?? '<|eos|>'}` }],
        { maxTokens: 1, timeoutMs: 30_000 },
        ignore,
      )
      if (!plain.ok || !tricky.ok) throw new Error('no answer')
      expect(tricky.value.promptTokens).toBeGreaterThan(plain.value.promptTokens + 2)
    })

    it('refuses a schema it cannot keep, by the keyword', async () => {
      const schema = { type: 'object', properties: { n: { type: 'number' } }, required: ['n'], additionalProperties: false }
      const result = await engine.generate(MESSAGES, { ...OPTIONS, schema }, ignore)
      expect(result).toEqual({ ok: false, error: { type: 'generation-failed', code: 'schema-unsupported:type' } })
    })

    it.runIf(hasFiles)('refuses a flipped bit in any shard, a missing shard, and a forged manifest', async () => {
      for (const path of subject.manifest.files.flatMap((f) => f.shards.map((s) => s.path))) {
        const result = await subject.makeCorrupted?.(path).load(subject.manifest, ignore)
        expect(result).toEqual({ ok: false, error: { type: 'shard-mismatch', path } })
      }
      const missing = await subject.makeWithout?.('tokenizer.json').load(subject.manifest, ignore)
      expect(missing).toMatchObject({ ok: false, error: { type: 'shard-missing', path: 'tokenizer.json', status: 404 } })
      const forged = { ...subject.manifest, hash: '0'.repeat(64) }
      expect(await subject.make().load(forged, ignore)).toEqual({
        ok: false,
        error: { type: 'manifest-invalid', path: 'manifest.json' },
      })
    })

    it('gives up loading when told, and holds nothing then', async () => {
      const { signal, abort } = cancellation()
      const fresh = subject.make()
      const result = await fresh.load(subject.manifest, abort, signal)
      expect(result).toEqual({ ok: false, error: { type: 'aborted' } })
      expect(fresh.capabilities().modelId).toBeNull()
    })

    it('holds nothing after unloading', async () => {
      const fresh = subject.make()
      expect((await fresh.load(subject.manifest, ignore)).ok).toBe(true)
      await fresh.unload()
      expect(fresh.capabilities()).toMatchObject({ modelId: null, modelHash: null })
      expect(await fresh.generate(MESSAGES, OPTIONS, ignore)).toEqual({ ok: false, error: { type: 'not-loaded' } })
    })
  })
}
