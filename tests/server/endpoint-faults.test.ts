import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ChatRequest } from '#contracts/wire/inference.ts'
import { ModelEndpoint } from '#server/endpoint/model-endpoint.ts'
import { behaviours, type FaultServer, holds, startFaultServer } from './support/fault-server.ts'

const ask = ChatRequest.parse({
  model: 'command-r',
  messages: [{ role: 'user', content: 'f1 + planted-words' }],
  maxTokens: 64,
  timeoutMs: 20_000,
})
const HELLO = [
  { type: 'token', text: 'Hel' },
  { type: 'token', text: 'lo' },
  { type: 'end', stop: 'end', promptTokens: 11, tokens: 2 },
]

let endpoint: ModelEndpoint
const open = (servers: readonly FaultServer[], more: { firstTokenMs?: number; followsSchema?: boolean } = {}): void => {
  endpoint = new ModelEndpoint({
    urls: servers.map((s) => s.url),
    models: [{ id: 'command-r', name: 'served', contextTokens: 4096 }],
    fetch,
    apiKey: null,
    followsSchema: true,
    firstTokenMs: 2000,
    idleMs: 300,
    now: () => performance.now(),
    random: () => 0.5,
    ...more,
  })
}
/** Every event of the answer, or the refusal. */
const chat = async (more: Partial<ChatRequest> = {}): Promise<unknown[] | object> => {
  const answer = await endpoint.chat({ ...ask, ...more }, new AbortController().signal)
  if (!answer.ok) return answer.error
  const events: unknown[] = []
  for await (const event of answer.value) events.push(event)
  return events
}

describe('one model server with a fault', () => {
  let server: FaultServer
  beforeAll(async () => {
    server = await startFaultServer()
  })
  beforeEach(() => open([server]))
  afterAll(() => server.stop())

  it.each([
    ['cutBefore', 503, 'model-unavailable'],
    ['closes', 503, 'model-unavailable'],
    ['busy', 429, 'model-busy'],
    ['fails', 503, 'model-unavailable'],
    ['badKey', 503, 'model-unavailable'],
    ['redirects', 503, 'model-unavailable'],
    ['tooLong', 422, 'prompt-too-long'],
    ['refuses', 422, 'model-refused'],
    ['callsTool', 422, 'model-refused'],
    ['notJson', 502, 'model-answer-invalid'],
    ['otherShape', 502, 'model-answer-invalid'],
    ['errorEvent', 502, 'model-answer-invalid'],
    ['page', 502, 'model-answer-invalid'],
    ['endless', 502, 'model-answer-invalid'],
  ] as const)('%s: refuses with %i %s and quotes nothing', async (fault, status, type) => {
    server.behave(behaviours[fault])
    const refused = await chat()
    expect(refused).toMatchObject({ status, type })
    expect(JSON.stringify(refused)).not.toContain('planted-words')
    expect(server.asked.at(-1)?.path).toBe('/v1/chat/completions')
  })

  it('gives up a server that does not begin', async () => {
    server.behave(behaviours.silent)
    open([server], { firstTokenMs: 100 })
    expect(await chat()).toMatchObject({ status: 504, type: 'model-timeout' })
  })

  it.each([
    ['stalls', 'model-timeout'],
    ['cutWithin', 'stream-cut'],
    ['endsWithin', 'stream-cut'],
  ] as const)('%s after its first word: the answer ends in %s', async (fault, code) => {
    server.behave(behaviours[fault])
    expect(await chat()).toEqual([
      { type: 'token', text: 'Hel' },
      { type: 'problem', code },
    ])
    expect(endpoint.healthy).toBe(0)
  })

  it('ends an answer that will not end, and its connection', async () => {
    server.behave(behaviours.rambles)
    const broken = server.broken
    const told = (await chat()) as { type: string; text?: string }[]
    expect(told.at(-1)).toEqual({ type: 'problem', code: 'model-answer-invalid' })
    expect(told.map((e) => e.text ?? '').join('').length).toBeLessThanOrEqual(ask.maxTokens * 64)
    await expect.poll(() => server.broken).toBe(broken + 1)
  })

  it('holds to the time the page has, which says nothing about the server', async () => {
    server.behave(behaviours.silent)
    expect(await chat({ timeoutMs: 50 })).toMatchObject({ type: 'model-timeout' })
    server.behave(behaviours.good)
    expect(await chat()).toEqual(HELLO)
    server.behave(behaviours.stalls)
    expect(await chat({ timeoutMs: 150 })).toEqual([
      { type: 'token', text: 'Hel' },
      { type: 'problem', code: 'model-timeout' },
    ])
  })

  it('takes an answer without the closing line, and one cut at its length', async () => {
    server.behave(behaviours.withoutDone)
    expect(await chat()).toMatchObject([{ text: 'Hello' }, { type: 'end', stop: 'end', promptTokens: null, tokens: null }])
    server.behave(behaviours.cutShort)
    expect(await chat()).toMatchObject([{ text: 'Hello' }, { type: 'end', stop: 'length' }])
  })

  it('asks a server without schemas for none', async () => {
    server.behave(behaviours.good)
    open([server], { followsSchema: false })
    await chat({ schema: { enum: ['a'] } })
    expect(server.asked.at(-1)?.body).not.toHaveProperty('response_format')
    expect(server.asked.at(-1)?.body).not.toHaveProperty('stream_options')
  })
})

describe('several model servers', () => {
  let servers: FaultServer[]
  beforeAll(async () => {
    servers = await Promise.all([startFaultServer(), startFaultServer(), startFaultServer()])
  })
  beforeEach(() => {
    for (const server of servers) {
      server.behave(behaviours.good)
      server.asked.splice(0)
    }
    open(servers)
  })
  afterAll(() => Promise.all(servers.map((s) => s.stop())))
  const counts = () => servers.map((s) => s.asked.length)

  it('take turns', async () => {
    for (let i = 0; i < 6; i++) expect(await chat()).toEqual(HELLO)
    expect(counts()).toEqual([2, 2, 2])
  })

  it.each(['silent', 'cutBefore', 'closes', 'busy', 'fails', 'badKey', 'notJson', 'page', 'endless', 'redirects'] as const)(
    'stand in for one that is %s, and leave it alone for a while',
    async (fault) => {
      if (fault === 'silent') open(servers, { firstTokenMs: 500 })
      servers[0]?.behave(behaviours[fault])
      for (let i = 0; i < 3; i++) expect(await chat()).toEqual(HELLO)
      expect(counts()[0]).toBe(1)
      expect(endpoint.setting()).toMatchObject({ replicas: 3, healthy: 2 })
    },
  )

  it('are not asked again what every one of them would refuse', async () => {
    for (const server of servers) server.behave(behaviours.refuses)
    expect(await chat()).toMatchObject({ status: 422 })
    expect(counts()).toEqual([1, 0, 0])
    expect(endpoint.healthy).toBe(3)
  })

  it('tell the shortest wait when all are busy', async () => {
    servers[0]?.behave(behaviours.busy)
    servers[1]?.behave((response) => response.writeHead(429, { 'retry-after': '3' }).end())
    servers[2]?.behave((response) =>
      response.writeHead(503, { 'retry-after': new Date(Date.now() + 20_000).toUTCString() }).end(),
    )
    expect(await chat()).toEqual({ status: 429, type: 'model-busy', retryAfterSeconds: 3 })
    expect(await chat()).toMatchObject({ status: 503, type: 'model-unavailable' })
    expect(counts()).toEqual([1, 1, 1])
  })

  it('are asked what they hold: one without the model gets no prompt, one that is ill none either', async () => {
    servers[0]?.behave(behaviours.good, holds('another'))
    servers[1]?.behave(behaviours.good, behaviours.fails)
    expect(await endpoint.check()).toEqual({ models: [{ id: 'command-r', available: true }] })
    for (let i = 0; i < 3; i++) expect(await chat()).toEqual(HELLO)
    expect(counts()).toEqual([0, 0, 3])
    servers[2]?.behave(behaviours.good, holds())
    expect(await endpoint.check()).toEqual({ models: [{ id: 'command-r', available: false }] })
  })
})
