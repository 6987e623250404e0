import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ModelManifest } from '#contracts/workers/model.ts'
import { endpointEngine } from '#workers/inference/engines/endpoint.ts'
import { root } from '../architecture/rooms.ts'
import { devicePass, pageFetch } from '../server/support/inference.ts'
import { type OpenClinic, openClinic } from '../server/support/open-clinic.ts'
import { newDataDirectory } from '../server/support/test-server.ts'
import { findServerPython, type ModelServer, startModelServer } from '../support/model-server.ts'
import { inferenceEngineContract } from './inference-engine.ts'

/**
 * The endpoint engine through the real clinic server to real model servers (llama.cpp's own). They need the Python of the training
 * pipeline: `npm test` skips this without it, `npm run test:training` runs it always.
 */
const python = findServerPython()
const GGUF = `${root}tests/fixtures/tiny-gguf/tiny.gguf`
const KEY = 'key-of-the-model-server-Zq81'
const manifest = ModelManifest.parse(
  JSON.parse(readFileSync(`${root}tests/fixtures/tiny-llama/model-shards/model/manifest.json`, 'utf8')),
)

describe.runIf(python !== null)('endpoint', () => {
  let replicas: ModelServer[] = []
  let clinic: OpenClinic
  let base: string
  let cookie: string

  beforeAll(async () => {
    const start = () => startModelServer(python ?? '', GGUF, '--key', KEY, '--name', 'tiny-served')
    replicas = await Promise.all([start(), start()])
    const keyFile = join(await newDataDirectory(), 'key')
    writeFileSync(keyFile, `${KEY}\n`)
    clinic = await openClinic({
      environment: {
        INFERENCE_URLS: replicas.map((r) => r.url).join(','),
        INFERENCE_MODELS: `${manifest.id}=tiny-served@${manifest.contextTokens},other@2048`,
        INFERENCE_API_KEY_FILE: keyFile,
      },
    })
    base = await clinic.app.listen({ port: 0, host: '127.0.0.1' })
    cookie = await devicePass(clinic)
  })
  afterAll(async () => {
    await clinic?.stop()
    await Promise.all(replicas.map((r) => r.stop()))
  })
  const engine = (carried = cookie) => endpointEngine(pageFetch(base, carried), `${base}/api/inference`)

  inferenceEngineContract('the endpoint engine', async () => ({ manifest, make: () => engine() }), 'remote')

  it('says that text leaves the device, and which models there are', async () => {
    expect((await clinic.app.inject('/api/inference')).json()).toEqual({
      leavesDevice: true,
      replicas: 2,
      healthy: 2,
      models: [
        { id: 'tiny-llama', contextTokens: 2048, followsSchema: true },
        { id: 'other', contextTokens: 2048, followsSchema: true },
      ],
    })
  })

  it('refuses a model that no server holds, and a page without a pass', async () => {
    const other = await engine().load({ ...manifest, id: 'other' }, () => undefined)
    expect(other).toEqual({ ok: false, error: { type: 'load-failed', code: 'model-unavailable' } })
    const unknown = await engine('').load(manifest, () => undefined)
    expect(unknown).toEqual({ ok: false, error: { type: 'load-failed', code: 'no-pass' } })
  })

  it('follows a text graph and a first item of its own on a server that knows neither', async () => {
    const graph = {
      start: [['A patient', 't0']],
      next: {
        t0: [
          [' with cough', 't1'],
          [' seen today', 't2'],
          ['.', 'end'],
        ],
        t1: [
          [' seen today', 't2'],
          ['.', 'end'],
        ],
        t2: [['.', 'end']],
      },
      end: ['end'],
    }
    const schema = {
      type: 'object',
      properties: {
        summary: { type: 'string', prefix: 'Preliminary assessment: ', graph },
        actions: { type: 'array', minItems: 1, maxItems: 2, items: { enum: [{ text: 'See the nurse.', cites: ['f1', 'p2'] }] } },
      },
      required: ['summary', 'actions'],
      additionalProperties: false,
    }
    const subject = engine()
    expect((await subject.load(manifest, () => undefined)).ok).toBe(true)
    for (const seed of [1, 2, 3]) {
      const options = { schema, maxTokens: 400, timeoutMs: 60_000, temperature: 1, seed }
      const written = await subject.generate([{ role: 'user', content: 'f1 + cough' }], options, () => undefined)
      if (!written.ok) throw new Error(JSON.stringify(written.error))
      const { summary, actions } = JSON.parse(written.value.text)
      expect(summary).toMatch(/^Preliminary assessment: A patient( with cough)?( seen today)?\.$/)
      expect(actions[0]).toEqual({ text: 'See the nurse.', cites: ['f1', 'p2'] })
    }
  })

  it('goes on when one of two servers ends, and says so when none is left', async () => {
    const subject = engine()
    await subject.load(manifest, () => undefined)
    const ask = () => subject.generate([{ role: 'user', content: 'x' }], { maxTokens: 4, timeoutMs: 30_000 }, () => undefined)
    await replicas.shift()?.stop()
    for (let i = 0; i < 4; i++) expect((await ask()).ok).toBe(true)
    await replicas.shift()?.stop()
    expect(await ask()).toEqual({ ok: false, error: { type: 'generation-failed', code: 'model-unavailable' } })
    expect((await clinic.app.inject('/api/inference')).json()).toMatchObject({ replicas: 2, healthy: 0 })
  })

  it('keeps key and text out of logs and metrics', async () => {
    const told = JSON.stringify(clinic.logs) + (await clinic.app.inject('/metrics')).body
    expect(told).toContain('/api/inference/chat')
    expect(told).toContain('anteroom_inference_answers_total{outcome="done"}')
    for (const secret of [KEY, 'cough', 'Preliminary']) expect(told).not.toContain(secret)
  })
})
