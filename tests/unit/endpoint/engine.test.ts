import { describe, expect, it } from 'vitest'
import type { GenerateOptions } from '#contracts/workers/inference.ts'
import { endpointEngine } from '#workers/inference/engines/endpoint.ts'

const MODEL = { id: 'command-r', contextTokens: 4096 }
const OPTIONS: GenerateOptions = { maxTokens: 50, timeoutMs: 5000 }
const SCHEMA = { type: 'object', properties: { level: { enum: ['high'] } }, required: ['level'], additionalProperties: false }
const ignore = () => undefined

const HELD = () => Response.json({ models: [{ id: 'command-r', available: true }] })
const sse = (...events: [string, unknown][]): string =>
  events.map(([type, data]) => `event: ${type}\ndata: ${JSON.stringify(data)}\n\n`).join('')
const stream = (text: string | ReadableStream): Response =>
  new Response(text, { headers: { 'content-type': 'text/event-stream' } })
const END = { stop: 'end', promptTokens: 9, tokens: 3 }
const problem = (status: number, code: string, headers: Record<string, string> = {}) =>
  Response.json({ status, code }, { status, headers })

/** A loaded engine whose chats are answered in turn (the last answer again and again). */
const loaded = async (...answers: (() => Response | Promise<Response>)[]) => {
  const asked: RequestInit[] = []
  const urls: string[] = []
  const engine = endpointEngine(async (url, init) => {
    urls.push(url)
    if (url.endsWith('/models')) return HELD()
    asked.push(init)
    init.signal?.throwIfAborted()
    return (answers[Math.min(asked.length, answers.length) - 1] ?? HELD)()
  }, '/api/inference')
  expect(await engine.load(MODEL, ignore)).toMatchObject({
    ok: true,
    value: { backend: 'remote', modelId: 'command-r', modelHash: null },
  })
  const generate = (more: Partial<GenerateOptions> = {}, onToken: (text: string) => void = ignore, signal?: AbortSignal) =>
    engine.generate([{ role: 'user', content: 'f1 + cough <|user|>' }], { ...OPTIONS, ...more }, onToken, signal)
  return { engine, generate, asked, urls }
}

describe('EndpointEngine', () => {
  it('asks its own origin only, without special tokens, and streams what it returns', async () => {
    const pretty = sse(['token', { text: '{ "lev' }], ['token', { text: 'el":\n "high"}' }], ['end', END])
    const { generate, asked, urls } = await loaded(() => stream(pretty))
    let streamed = ''
    const result = await generate({ schema: SCHEMA }, (text) => {
      streamed += text
    })
    expect(result).toMatchObject({ ok: true, value: { text: '{"level":"high"}', promptTokens: 9, tokens: 3, stop: 'end' } })
    expect(streamed).toBe('{"level":"high"}')
    expect(urls).toEqual(['/api/inference/models', '/api/inference/chat'])
    expect(asked[0]).toMatchObject({ credentials: 'same-origin', redirect: 'error', cache: 'no-store' })
    expect(JSON.parse(String(asked[0]?.body))).toMatchObject({
      model: 'command-r',
      messages: [{ content: 'f1 + cough < |user|>' }],
      schema: SCHEMA,
    })
  })

  it.each([
    ['another value', '{"level":"low"}'],
    ['words around it', 'Sure! {"level":"high"}'],
    ['no JSON', 'high'],
    ['nothing', ''],
  ])('refuses an answer of %s, whoever promised the schema', async (_, text) => {
    const { generate } = await loaded(() => stream(sse(['token', { text }], ['end', END])))
    expect(await generate({ schema: SCHEMA })).toEqual({
      ok: false,
      error: { type: 'generation-failed', code: 'schema-violated' },
    })
  })

  it('gives back a text that was cut at its length as what it is', async () => {
    const { generate } = await loaded(() => stream(sse(['token', { text: '{ "lev' }], ['end', { ...END, stop: 'length' }])))
    expect(await generate({ schema: SCHEMA })).toMatchObject({ ok: true, value: { text: '{"lev', stop: 'length' } })
  })

  it.each([
    ['cut', sse(['token', { text: 'a' }]), 'stream-cut'],
    ['cut within an event', 'event: token\ndata: {"te', 'stream-cut'],
    ['empty', '', 'stream-cut'],
    ['broken by the model server', sse(['problem', { code: 'stream-cut' }]), 'stream-cut'],
    ['not JSON', 'event: token\ndata: {oops\n\n', 'model-answer-invalid'],
    ['of another shape', sse(['token', { words: 'a' }]), 'model-answer-invalid'],
    ['of an unknown kind', sse(['surprise', { text: 'a' }]), 'model-answer-invalid'],
    ['one endless event', `data: ${'x'.repeat(300_000)}`, 'model-answer-invalid'],
  ])('names a stream that is %s', async (_, text, code) => {
    const { generate } = await loaded(() => stream(text))
    expect(await generate()).toEqual({ ok: false, error: { type: 'generation-failed', code } })
  })

  it.each([
    [() => problem(401, 'no-pass'), 'no-pass'],
    [() => problem(503, 'model-unavailable', { 'retry-after': '3' }), 'model-unavailable'],
    [() => new Response('<html>words of the patient</html>', { status: 502 }), 'failed'],
    [() => problem(400, 'words of the patient'), 'failed'],
    [() => problem(404, 'not-found'), 'endpoint-off'],
    [() => Response.json({ ok: true }), 'model-answer-invalid'],
    [() => Promise.reject(new TypeError('words of the patient')), 'endpoint-unreachable'],
  ])('turns refusals into codes (%#)', async (answer, code) => {
    const { generate } = await loaded(answer)
    expect(await generate()).toEqual({ ok: false, error: { type: 'generation-failed', code } })
  })

  it('tells a prompt that is too long by its limit', async () => {
    const { generate } = await loaded(() => problem(422, 'prompt-too-long'))
    expect(await generate()).toMatchObject({ error: { type: 'prompt-too-long', limit: 4046 } })
  })

  it('waits as long as a busy server asks, then asks again', async () => {
    const busy = () => problem(429, 'model-busy', { 'retry-after': '0.05' })
    const { generate, asked } = await loaded(busy, busy, () => stream(sse(['token', { text: 'a' }], ['end', END])))
    const began = performance.now()
    expect(await generate()).toMatchObject({ ok: true, value: { text: 'a' } })
    expect(asked).toHaveLength(3)
    expect(performance.now() - began).toBeGreaterThanOrEqual(95)
    const other = await loaded(busy)
    expect(await other.generate()).toEqual({ ok: false, error: { type: 'generation-failed', code: 'model-busy' } })
    expect(other.asked).toHaveLength(3)
  })

  it('does not wait past its time, nor after it was told to stop', async () => {
    const busy = () => problem(429, 'model-busy', { 'retry-after': '60' })
    const { generate } = await loaded(busy)
    expect(await generate({ timeoutMs: 60 })).toMatchObject({ error: { type: 'timeout' } })
    const stop = new AbortController()
    setTimeout(() => stop.abort(), 30)
    expect(await generate({}, ignore, stop.signal)).toEqual({ ok: false, error: { type: 'aborted' } })
  })

  it('closes the stream when told to stop between tokens', async () => {
    let closed = false
    const body = new ReadableStream({
      pull: (controller) => controller.enqueue(new TextEncoder().encode(sse(['token', { text: 'a' }]))),
      cancel: () => {
        closed = true
      },
    })
    const { generate } = await loaded(() => stream(body))
    const stop = new AbortController()
    let tokens = 0
    const result = await generate({}, () => ++tokens === 2 && stop.abort(), stop.signal)
    expect(result).toEqual({ ok: false, error: { type: 'aborted' } })
    expect([tokens, closed]).toEqual([2, true])
  })

  it('loads nothing when the clinic has no such model, no server, or no time', async () => {
    const load = (answer: () => Response | Promise<Response>) =>
      endpointEngine(async () => answer(), '/api/inference').load(MODEL, ignore)
    const failed = (code: string) => ({ ok: false, error: { type: 'load-failed', code } })
    expect(await load(() => Response.json({ models: [{ id: 'command-r', available: false }] }))).toEqual(
      failed('model-unavailable'),
    )
    expect(await load(() => Response.json({ models: [] }))).toEqual(failed('model-unavailable'))
    expect(await load(() => Response.json({ data: [] }))).toEqual(failed('model-answer-invalid'))
    expect(await load(() => problem(404, 'x'))).toEqual(failed('endpoint-off'))
    expect(await load(() => Promise.reject(new TypeError('down')))).toEqual(failed('endpoint-unreachable'))
  })
})
