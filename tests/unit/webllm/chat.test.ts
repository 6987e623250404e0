import { type ChatCompletionChunk, type ChatCompletionRequestStreaming, MLCEngine } from '@mlc-ai/web-llm'
import { describe, expect, it } from 'vitest'
import type { ChatMessage, GenerateOptions } from '#contracts/workers/inference.ts'
import type { ModelManifest } from '#contracts/workers/model.ts'
import { loadError, WebLlmEngine } from '#workers/inference/engines/webllm.ts'
import { noStore } from '#workers/inference/model/shard-source.ts'
import { type ChatModel, chat } from '#workers/inference/webllm/chat.ts'

const MESSAGES: ChatMessage[] = [
  { role: 'system', content: 'Be brief.' },
  { role: 'user', content: 'x<|eos|>' },
]
const OPTIONS: GenerateOptions = { maxTokens: 20, timeoutMs: 1000 }

type Step = { piece?: string; finish?: 'stop' | 'length' | 'abort'; usage?: [prompt: number, answer: number]; after?: () => void }

/** web-llm's stream as it was seen: a delta a token, a finish reason, then usage. */
const scripted = (steps: Step[], fail?: Error) => {
  const asked: ChatCompletionRequestStreaming[] = []
  const calls: string[] = []
  async function* stream(): AsyncGenerator<ChatCompletionChunk> {
    try {
      for (const { piece, finish, usage, after } of steps) {
        const choices =
          piece !== undefined || finish ? [{ index: 0, delta: { content: piece }, finish_reason: finish ?? null }] : []
        const counted = usage && { prompt_tokens: usage[0], completion_tokens: usage[1] }
        yield { choices, ...(counted ? { usage: counted } : {}) } as unknown as ChatCompletionChunk
        after?.()
      }
      if (fail) throw fail
    } finally {
      calls.push('closed')
    }
  }
  const engine = {
    chatCompletion: async (request: ChatCompletionRequestStreaming) => {
      asked.push(request)
      return stream()
    },
    interruptGenerate: async () => void calls.push('interrupt'),
    resetChat: async () => void calls.push('forget'),
    getMessage: async () => '',
  } as unknown as ChatModel['engine']
  const model: ChatModel = { engine, modelId: 'm', contextTokens: 100, special: ['<|eos|>'] }
  return { model, asked, calls }
}

const ask = (model: ChatModel, options = OPTIONS, onToken: (t: string) => void = () => undefined, signal?: AbortSignal) =>
  chat(model, MESSAGES, options, onToken, () => performance.now(), signal)

const named = (name: string, message = 'patient text'): Error => Object.assign(new Error(message), { name })

describe('a conversation with web-llm', () => {
  it('asks greedily, without the penalties of the model, special tokens broken up, and forgets afterwards', async () => {
    const { model, asked, calls } = scripted([{ piece: 'a' }, { piece: 'b', finish: 'stop' }, { usage: [7, 3] }])
    const streamed: string[] = []
    const result = await ask(model, OPTIONS, (t) => streamed.push(t))
    expect(result).toMatchObject({ ok: true, value: { text: 'ab', promptTokens: 7, tokens: 3, stop: 'end' } })
    expect(streamed).toEqual(['a', 'b'])
    expect(calls).toEqual(['closed', 'forget'])
    expect(asked).toEqual([
      {
        model: 'm',
        messages: [MESSAGES[0], { role: 'user', content: 'x< | e o s | >' }],
        stream: true,
        stream_options: { include_usage: true },
        max_tokens: 20,
        temperature: 0,
        top_p: 1,
        frequency_penalty: 0,
        presence_penalty: 0,
        repetition_penalty: 1,
      },
    ])
  })

  it('passes seed, temperature and the grammar of the schema', async () => {
    const { model, asked } = scripted([{ finish: 'stop' }, { usage: [1, 1] }])
    await ask(model, { ...OPTIONS, temperature: 0.7, seed: 5, schema: { enum: ['a'] } })
    expect(asked[0]).toMatchObject({
      temperature: 0.7,
      seed: 5,
      top_p: 0.9,
      response_format: { type: 'grammar', grammar: 'root ::= r0\nr0 ::= "\\"a\\""' },
    })
  })

  it('refuses a schema it cannot keep without asking', async () => {
    const { model, asked } = scripted([])
    expect(await ask(model, { ...OPTIONS, schema: { type: 'number' } })).toEqual({
      ok: false,
      error: { type: 'generation-failed', code: 'schema-unsupported:type' },
    })
    expect(asked).toEqual([])
  })

  it('says when the cap cut, and when it was the prompt that took the room', async () => {
    const cut: Step[] = [{ piece: 'a', finish: 'length' }]
    expect(await ask(scripted([...cut, { usage: [80, 20] }]).model)).toMatchObject({ ok: true, value: { stop: 'length' } })
    expect(await ask(scripted([...cut, { usage: [81, 19] }]).model)).toEqual({
      ok: false,
      error: { type: 'prompt-too-long', tokens: 81, limit: 80 },
    })
    const exceeded = named('ContextWindowSizeExceededError', 'number of prompt tokens: 140; context window size: 100')
    expect(await ask(scripted([], exceeded).model)).toEqual({
      ok: false,
      error: { type: 'prompt-too-long', tokens: 140, limit: 80 },
    })
  })

  it('stops between tokens when told, and when its time is up', async () => {
    const abort = new AbortController()
    const { model, calls } = scripted([{ piece: 'a', after: () => abort.abort() }, { piece: 'b' }, { piece: 'c' }])
    const streamed: string[] = []
    expect(await ask(model, OPTIONS, (t) => streamed.push(t), abort.signal)).toEqual({ ok: false, error: { type: 'aborted' } })
    expect(streamed).toEqual(['a'])
    expect(calls).toEqual(['interrupt', 'closed', 'forget'])
    expect(await ask(scripted([]).model, { ...OPTIONS, timeoutMs: 0 })).toMatchObject({ ok: false, error: { type: 'timeout' } })
  })

  it.each([
    [named('DeviceLostError'), 'device-lost'],
    [named('GrammarMatcherInitError'), 'grammar-refused'],
    [named('Error', 'GPUDevice is lost: device was destroyed'), 'device-lost'],
    [named('Error', 'the patient said: chest pain'), 'runtime'],
  ])('gives %s as a code and none of its text', async (error, code) => {
    expect(await ask(scripted([{ piece: 'a' }], error).model)).toEqual({ ok: false, error: { type: 'generation-failed', code } })
  })

  it("knows web-llm's own engine that lost its model", async () => {
    const engine = new MLCEngine({ appConfig: { model_list: [] }, logLevel: 'SILENT' })
    const result = await ask({ engine, modelId: 'm', contextTokens: 100, special: [] })
    expect(result).toEqual({ ok: false, error: { type: 'generation-failed', code: 'device-lost' } })
  })
})

describe('loading with web-llm', () => {
  it('is an error value where there is no WebGPU, and nothing is fetched', async () => {
    const fetched: string[] = []
    const engine = new WebLlmEngine({
      shards: {
        fetch: async (path) => {
          fetched.push(path)
          return { status: 404, bytes: null }
        },
      },
      store: noStore,
      openCache: async () => Promise.reject(new Error('no cache')),
      adapter: async () => null,
      library: () => import('@mlc-ai/web-llm'),
    })
    expect(await engine.load({ files: [] } as unknown as ModelManifest, () => undefined)).toEqual({
      ok: false,
      error: { type: 'backend-unavailable', backend: 'webgpu' },
    })
    expect(fetched).toEqual([])
    expect(await engine.generate(MESSAGES, OPTIONS, () => undefined)).toEqual({ ok: false, error: { type: 'not-loaded' } })
  })

  it.each([
    [named('WebGPUNotAvailableError'), { type: 'backend-unavailable', backend: 'webgpu' }],
    [named('ShaderF16SupportError'), { type: 'load-failed', code: 'shader-f16-missing' }],
    [named('DeviceLostError'), { type: 'load-failed', code: 'device-lost' }],
    [named('IntegrityError'), { type: 'load-failed', code: 'integrity' }],
    [new WebAssembly.CompileError('x'), { type: 'load-failed', code: 'library-invalid' }],
    [named('Error', 'maxBufferSize exceeds limit. requested=1024MB, limit=256MB'), { type: 'load-failed', code: 'gpu-limit' }],
    [named('TypeError', 'Failed to fetch dynamically imported module: /a.js'), { type: 'load-failed', code: 'engine-missing' }],
  ])('gives %s as a code', (error, expected) => {
    expect(loadError(error)).toEqual(expected)
  })
})
