import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { LightMyRequestResponse } from 'fastify'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { PASS_LIFE_MS } from '#server/plugins/device-pass.ts'
import { behaviours, type FaultServer, startFaultServer } from './support/fault-server.ts'
import { devicePass } from './support/inference.ts'
import { type OpenClinic, openClinic } from './support/open-clinic.ts'
import { newDataDirectory, startTestServer } from './support/test-server.ts'

const KEY = 'key-of-the-model-server-Zq81'
const WORDS = 'planted-words'
const ask = {
  model: 'command-r',
  messages: [{ role: 'user', content: `f1 + ${WORDS}` }],
  maxTokens: 64,
  timeoutMs: 20_000,
}

let server: FaultServer
let clinic: OpenClinic
let cookie: string

const open = async (): Promise<void> => {
  const keyFile = join(await newDataDirectory(), 'key')
  writeFileSync(keyFile, `${KEY}\n`)
  clinic = await openClinic({
    environment: {
      INFERENCE_URLS: server.url,
      INFERENCE_MODELS: 'command-r=served@4096',
      INFERENCE_API_KEY_FILE: keyFile,
    },
  })
  cookie = await devicePass(clinic)
}
const chat = (body: object = ask, headers: Record<string, string> = { cookie }): Promise<LightMyRequestResponse> =>
  clinic.app.inject({ method: 'POST', url: '/api/inference/chat', payload: body, headers })
const events = ({ body }: LightMyRequestResponse) =>
  body
    .trim()
    .split('\n\n')
    .map((event) => {
      const [, type, data] = /^event: (\w+)\ndata: (.*)$/.exec(event) ?? []
      return { type, ...JSON.parse(data ?? 'null') }
    })
const HELLO = [
  { type: 'token', text: 'Hel' },
  { type: 'token', text: 'lo' },
  { type: 'end', stop: 'end', promptTokens: 11, tokens: 2 },
]

describe('a clinic without a model server', () => {
  it('has none of its addresses', async () => {
    const plain = await startTestServer()
    for (const [method, url] of [
      ['GET', '/api/inference'],
      ['POST', '/api/inference/pass'],
      ['GET', '/api/inference/models'],
      ['POST', '/api/inference/chat'],
    ] as const)
      expect((await plain.app.inject({ method, url })).statusCode, url).toBe(404)
    await plain.stop()
  })
})

describe('the doors of the model server', () => {
  beforeAll(async () => {
    server = await startFaultServer()
    await open()
  })
  afterAll(async () => {
    await clinic.stop()
    await server.stop()
  })
  it('passes the few members of a chat completion, with the key, and nothing else', async () => {
    const answer = await chat({ ...ask, schema: { enum: ['a'] }, temperature: 0.5, seed: 3 })
    expect(answer.headers['content-type']).toBe('text/event-stream')
    expect(events(answer)).toEqual(HELLO)
    const seen = server.asked.at(-1)
    expect(seen).toMatchObject({ method: 'POST', path: '/v1/chat/completions' })
    expect(seen?.headers).toMatchObject({ authorization: `Bearer ${KEY}`, 'content-type': 'application/json' })
    expect(seen?.headers.cookie).toBeUndefined()
    expect(seen?.body).toEqual({
      model: 'served',
      messages: ask.messages,
      max_tokens: 64,
      temperature: 0.5,
      seed: 3,
      stream: true,
      stream_options: { include_usage: true },
      response_format: { type: 'json_schema', json_schema: { name: 'answer', strict: true, schema: { enum: ['a'] } } },
    })
  })

  it('lets in an enrolled device and staff, nobody else', async () => {
    const status = async (headers: Record<string, string>) => (await chat(ask, headers)).statusCode
    const before = server.asked.length
    const [name, token = ''] = cookie.split('=')
    const parts = JSON.parse(Buffer.from(token, 'base64url').toString())
    const forged = (change: unknown[]) => ({
      cookie: `${name}=${Buffer.from(JSON.stringify(change)).toString('base64url')}`,
    })
    expect(await status({})).toBe(401)
    expect(await status({ cookie: `${name}=nonsense` })).toBe(401)
    expect(await status(forged([parts[0], parts[1] + 1, parts[2]]))).toBe(401)
    expect(await status(forged(['device-other', parts[1], parts[2]]))).toBe(401)
    expect(await status({ cookie, origin: 'http://evil.test' })).toBe(403)
    expect(await status({ cookie, 'sec-fetch-site': 'cross-site' })).toBe(403)
    expect(server.asked).toHaveLength(before)
    expect(await status({ cookie: clinic.nurse.cookie })).toBe(200)
    const kiosk = await clinic.enrol()
    const other = await devicePass({ ...clinic, kiosk })
    expect(await status({ cookie: other })).toBe(200)
    await clinic.admin.post(`/api/devices/${kiosk.deviceId}/revoke`)
    expect(await status({ cookie: other })).toBe(403)
    await expect(devicePass({ ...clinic, kiosk })).rejects.toThrow('403')
  })

  it('gives a pass to a signature over this purpose and time only, and for a quarter of an hour', async () => {
    const { kiosk, clock } = clinic
    const request = { purpose: 'inference-pass', deviceId: kiosk.deviceId, issuedAt: clock.now().toISOString() }
    const send = async (payload: object) =>
      (await clinic.app.inject({ method: 'POST', url: '/api/inference/pass', payload })).json()
    expect(await send({ ...(await kiosk.signed({ ...request, purpose: 'other' })), purpose: 'inference-pass' })).toMatchObject({
      code: 'bad-signature',
    })
    expect(await send(await kiosk.signed({ ...request, issuedAt: '2026-11-22T08:00:00.000Z' }))).toMatchObject({
      code: 'clock-skew',
    })
    const pass = await devicePass(clinic)
    expect((await chat(ask, { cookie: pass })).statusCode).toBe(200)
    clock.advance(PASS_LIFE_MS)
    expect((await chat(ask, { cookie: pass })).json()).toMatchObject({ status: 401, code: 'no-pass' })
    cookie = await devicePass(clinic)
  })

  it.each([
    ['a model the clinic does not name', { ...ask, model: 'gpt-4' }, 422],
    ['members it does not know', { ...ask, tools: [] }, 422],
    ['other roles', { ...ask, messages: [{ role: 'tool', content: 'x' }] }, 422],
    ['no messages', { ...ask, messages: [] }, 422],
    ['too many tokens', { ...ask, maxTokens: 100_000 }, 422],
    ['a long message', { ...ask, messages: [{ role: 'user', content: 'x'.repeat(40_000) }] }, 422],
    ['a huge body', { ...ask, schema: { enum: ['x'.repeat(300_000)] } }, 413],
  ])('does not pass on %s', async (_, body, status) => {
    const before = server.asked.length
    expect((await chat(body)).statusCode).toBe(status)
    expect(server.asked).toHaveLength(before)
  })

  it('has no other path: what a server offers besides stays out of reach', async () => {
    for (const url of [
      '/api/inference/completions',
      '/api/inference/chat/../embeddings',
      '/v1/models',
      '/api/inference/v1/chat/completions',
    ])
      expect((await clinic.app.inject({ method: 'POST', url, headers: { cookie }, payload: ask })).statusCode, url).toBe(404)
  })

  it('ends the call to the model server when the page goes away', async () => {
    server.behave(behaviours.stalls)
    const url = await clinic.app.listen({ port: 0, host: '127.0.0.1' })
    const gone = new AbortController()
    const headers = { cookie, 'content-type': 'application/json' }
    const began = server.broken
    const answer = await fetch(`${url}/api/inference/chat`, {
      method: 'POST',
      headers,
      body: JSON.stringify(ask),
      signal: gone.signal,
    })
    await answer.body?.getReader().read()
    gone.abort()
    await vi.waitFor(() => expect(server.broken).toBe(began + 1), { timeout: 5000 })
    server.behave(behaviours.good)
  })

  it('limits how often an address may ask', async () => {
    const answers = await Promise.all(
      Array.from({ length: 125 }, () =>
        clinic.app.inject({
          method: 'POST',
          url: '/api/inference/chat',
          payload: ask,
          headers: { cookie },
          remoteAddress: '10.7.7.7',
        }),
      ),
    )
    expect(answers.filter((a) => a.statusCode === 429)).toHaveLength(5)
  })

  it('gives refusals and broken streams their codes', async () => {
    server.behave(behaviours.cutWithin)
    expect(events(await chat())).toEqual([
      { type: 'token', text: 'Hel' },
      { type: 'problem', code: 'stream-cut' },
    ])
    await vi.waitFor(async () => expect((await clinic.app.inject('/api/inference')).json()).toMatchObject({ healthy: 1 }), {
      timeout: 5000,
    })
    server.behave(behaviours.tooLong)
    expect((await chat()).json()).toEqual({ status: 422, code: 'prompt-too-long' })
    server.behave(behaviours.busy)
    const busy = await chat()
    expect(busy.json()).toEqual({ status: 429, code: 'model-busy', retryAfterSeconds: 7 })
    expect(busy.headers['retry-after']).toBe('7')
    expect((await chat()).json()).toMatchObject({ status: 503, code: 'model-unavailable', retryAfterSeconds: 7 })
  })

  it('keeps key and words out of logs and metrics', async () => {
    const told = JSON.stringify(clinic.logs) + (await clinic.app.inject('/metrics')).body
    expect(told).toContain('anteroom_inference_answers_total{outcome="done"}')
    for (const code of ['stream-cut', 'prompt-too-long', 'model-busy']) expect(told).toContain(`outcome="${code}"} 1`)
    for (const secret of [KEY, WORDS, 'Hel', 'command-r', clinic.kiosk.deviceId]) expect(told).not.toContain(secret)
  })
})
