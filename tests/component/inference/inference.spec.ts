import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, type Page, test } from '@playwright/test'
import type { Backend, ChatMessage, GenerateOptions } from '#contracts/workers/inference.ts'
import { findNodeModel } from '#workers/inference/engines/node.ts'
import { openSchema } from '../../fixtures/open-schema.ts'
import type { Harness } from './harness/main.ts'
import { type Site, serveHarness } from './serve.ts'

const SHARDS = resolve(import.meta.dirname, '../../fixtures/tiny-llama/model-shards')
const WEIGHTS = '/model-shards/model/onnx/model_quantized.onnx.001'
const MESSAGES: ChatMessage[] = [{ role: 'user', content: 'patient: 45 year, female\nfloor: high\nfindings:\nf1 + cough' }]
const SCHEMA = openSchema('en', 'high', ['f1', 'p1'])
const OPTIONS: GenerateOptions = { schema: SCHEMA, maxTokens: 60, timeoutMs: 100_000 }

let site: Site
let outDir: string
test.beforeAll(async () => {
  outDir = mkdtempSync(join(tmpdir(), 'anteroom-harness-'))
  site = await serveHarness(outDir, SHARDS)
})
test.afterAll(async () => {
  await site.close()
  rmSync(outDir, { recursive: true })
})

/** What the content security policy stopped, by the browser's own report; must stay empty. */
let complaints: string[] = []
test.beforeEach(async ({ page }) => {
  site.tamper.clear()
  complaints = []
  page.on('console', (m) => /Content Security Policy|Trusted|Refused to/i.test(m.text()) && complaints.push(m.text()))
  await page.goto(site.url)
  await page.waitForFunction('globalThis.harness')
})
test.afterEach(() => expect(complaints).toEqual([]))

const run = (page: Page, ladder: Backend[], options = OPTIONS) =>
  page.evaluate(([l, m, o]) => (globalThis as unknown as { harness: Harness }).harness.run(l, [m], o), [
    ladder,
    MESSAGES,
    options,
  ] as [Backend[], ChatMessage[], GenerateOptions])

const textFromNode = async (): Promise<string> => {
  const found = await findNodeModel(SHARDS, null)
  if (!found.ok) throw new Error(found.error.type)
  const { engine, manifest } = found.value
  await engine.load(manifest, () => undefined)
  const result = await engine.generate(MESSAGES, OPTIONS, () => undefined)
  await engine.unload()
  return result.ok ? result.value.text : result.error.type
}

for (const backend of ['wasm', 'webgpu'] as const) {
  test(`${backend}: the same greedy text as on Node, streamed`, async ({ page }) => {
    const { loaded, results, streamed, fallbacks, isolated } = await run(page, [backend])
    expect(isolated).toBe(true)
    expect(loaded).toMatchObject({ ok: true, value: { backend, modelId: 'tiny-llama' } })
    expect(fallbacks).toEqual([])
    const [result] = results
    if (!result?.ok) throw new Error(JSON.stringify(result))
    expect(result.value.text).toBe(await textFromNode())
    expect(streamed).toBe(result.value.text)
  })
}

test('wasm: a whole assessment follows its schema', async ({ page }) => {
  const { results } = await run(page, ['wasm'], { ...OPTIONS, maxTokens: 1900 })
  const [result] = results
  if (!result?.ok) throw new Error(JSON.stringify(result))
  expect(result.value.stop).toBe('end')
  const value = JSON.parse(result.value.text)
  expect(Object.keys(value)).toEqual(SCHEMA.required)
  expect(value.summary).toMatch(/^Preliminary assessment: .{10,}$/)
})

test('everything comes from this origin, and a second visit needs no shard from the server', async ({ page }) => {
  const hosts = new Set<string>()
  page.on('request', (request) => hosts.add(new URL(request.url()).host))
  await run(page, ['wasm'])
  expect([...hosts]).toEqual([new URL(site.url).host])
  let asked = 0
  await page.context().route('**/model-shards/**', (route) => {
    asked++
    return route.abort()
  })
  expect((await run(page, ['wasm'])).loaded).toMatchObject({ ok: true, value: { modelId: 'tiny-llama' } })
  // Catalog, manifest and release keys are asked for first, and taken from the last visit when nothing answers.
  expect(asked).toBe(3)
})

test('a changed byte on the way is refused and not kept', async ({ page }) => {
  site.tamper.set(WEIGHTS, (bytes) => {
    const copy = Buffer.from(bytes)
    copy.writeUInt8(copy.readUInt8(100) ^ 1, 100)
    return copy
  })
  const bad = await run(page, ['webgpu', 'wasm'])
  expect(bad.loaded).toEqual({ ok: false, error: { type: 'shard-mismatch', path: 'onnx/model_quantized.onnx.001' } })
  expect(bad.fallbacks).toEqual([])
  site.tamper.clear()
  expect((await run(page, ['wasm'])).loaded.ok).toBe(true)
})

test('a missing shard is an error value', async ({ page }) => {
  site.tamper.set(WEIGHTS, null)
  const { loaded } = await run(page, ['wasm'])
  expect(loaded).toEqual({ ok: false, error: { type: 'shard-missing', path: 'onnx/model_quantized.onnx.001', status: 404 } })
})

test('a backend that cannot start is stepped down from, and the step is told', async ({ page }) => {
  site.tamper.set('/ort/ort-wasm-simd-threaded.asyncify.wasm', null)
  const { loaded, fallbacks } = await run(page, ['webgpu', 'wasm'])
  expect(loaded).toMatchObject({ ok: true, value: { backend: 'wasm' } })
  expect(fallbacks).toMatchObject([{ from: 'webgpu', to: 'wasm' }])
})

test('an abort is heard between tokens', async ({ page }) => {
  const { result, tokens } = await page.evaluate(
    ([m, o]) => (globalThis as unknown as { harness: Harness }).harness.runAndAbort(['wasm'], m, o),
    [MESSAGES, { ...OPTIONS, maxTokens: 1900 }] as [ChatMessage[], GenerateOptions],
  )
  expect(result).toEqual({ ok: false, error: { type: 'aborted' } })
  expect(tokens).toBeLessThan(100)
})
