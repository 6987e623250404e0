import { createHash } from 'node:crypto'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { chromium, expect, type Page, test } from '@playwright/test'
import type { ModelManifest } from '#contracts/workers/model.ts'
import { manifestHash } from '#workers/inference/model/verified-files.ts'
import { findChromium } from '../../../scripts/setup.mjs'
import type { WebLlmHarness } from './harness/webllm.ts'
import { type Site, serveHarness } from './serve.ts'

const TINY = resolve(import.meta.dirname, '../../fixtures/tiny-mlc/model-shards/model')
const [ALONE, WHOLE, HALF, PLAIN] = ['tiny', 'whole', 'x-q4f16_1-MLC', 'x-q4f32_1-MLC'] as const
const WEIGHTS = 'params_shard_0.bin'
const LIBRARY = 'tiny-webgpu.wasm'

let shards: string
let site: Site
let outDir: string

/** The tiny model under another name: with `files` on top, its weights in shards of 20,000 bytes, its manifest made anew. */
const copyAs = async (id: string, files: Record<string, string>): Promise<void> => {
  const folder = join(shards, id)
  cpSync(TINY, folder, { recursive: true })
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  const old = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as ModelManifest
  const listed = [...new Set([...old.files.map((f) => f.path), ...Object.keys(files)])].map((path) => {
    const bytes = readFileSync(join(folder, path))
    const listing = (part: string, data: Buffer) => {
      writeFileSync(join(folder, part), data)
      return { path: part, bytes: data.length, sha256: createHash('sha256').update(data).digest('hex') }
    }
    const parts = path === WEIGHTS ? Math.ceil(bytes.length / 20_000) : 1
    const split = Array.from({ length: parts }, (_, n) =>
      listing(parts === 1 ? path : `${path}.00${n + 1}`, bytes.subarray(n * 20_000, parts === 1 ? undefined : (n + 1) * 20_000)),
    )
    return { ...listing(path, bytes), shards: split }
  })
  const manifest = { ...old, id, files: listed, hash: await manifestHash(listed) }
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest))
}

test.beforeAll(async () => {
  shards = mkdtempSync(join(tmpdir(), 'anteroom-mlc-'))
  outDir = mkdtempSync(join(tmpdir(), 'anteroom-mlc-page-'))
  mkdirSync(shards, { recursive: true })
  const config = readFileSync(join(TINY, 'mlc-chat-config.json'), 'utf8')
  // A library must be compiled where a compiler is; what is no library is enough to see who reads it, and that it is refused.
  const library = { [LIBRARY]: 'no library' }
  await copyAs(ALONE, {})
  await copyAs(WHOLE, library)
  await copyAs(PLAIN, library)
  await copyAs(HALF, { ...library, 'mlc-chat-config.json': config.replace('q4f32_1', 'q4f16_1') })
  const models = [ALONE, WHOLE, HALF, PLAIN].map((id) => ({
    id,
    engine: 'webllm',
    task: 'text-generation',
    manifest: `${id}/manifest.json`,
    default: false,
  }))
  writeFileSync(join(shards, 'catalog.json'), JSON.stringify({ models }))
  site = await serveHarness(outDir, shards)
})
test.afterAll(async () => {
  await site.close()
  for (const folder of [shards, outDir]) rmSync(folder, { recursive: true })
})

let hosts = new Set<string>()
/** What the content security policy stopped, by the browser's own report. */
let complaints: string[] = []
const open = async (page: Page): Promise<void> => {
  hosts = new Set()
  complaints = []
  page.on('console', (m) => /Content Security Policy|Trusted|Refused to/i.test(m.text()) && complaints.push(m.text()))
  page.on('request', (request) => hosts.add(new URL(request.url()).host))
  await page.goto(site.url)
  await page.waitForFunction('globalThis.webllm')
}
test.beforeEach(async ({ page }) => {
  site.tamper.clear()
  site.requests.length = 0
  await open(page)
})
test.afterEach(() => {
  expect([...hosts]).toEqual([new URL(site.url).host])
  expect(complaints).toEqual([])
})

const call = <K extends keyof WebLlmHarness>(page: Page, name: K, ...args: Parameters<WebLlmHarness[K]>) =>
  page.evaluate(
    ([n, a]) =>
      (
        (globalThis as unknown as { webllm: Record<string, (...x: unknown[]) => unknown> }).webllm[n as string] as (
          ...x: unknown[]
        ) => unknown
      )(...(a as unknown[])),
    [name, args] as const,
  ) as ReturnType<WebLlmHarness[K]>

test('what our loader placed, web-llm itself finds in its cache; a second time nothing is fetched', async ({ page }) => {
  const first = await call(page, 'place', WHOLE)
  expect(first.placed).toMatchObject({ ok: true })
  expect(first.known).toBe(true)
  const total = first.progress.at(-1)?.split('/')[1]
  expect(first.progress.at(-1)).toBe(`verify ${total}/${total}`)
  // One copy on the device, seen under the hashes of its shards.
  expect(await call(page, 'kept', WHOLE)).toEqual({ store: 0, cache: 8, both: 8 })
  site.requests.length = 0
  expect((await call(page, 'place', WHOLE)).known).toBe(true)
  expect(site.requests).toEqual([`/model-shards/${WHOLE}/manifest.json`])
})

test('a shard changed on the way is refused, and web-llm does not find the model', async ({ page }) => {
  const path = `${WEIGHTS}.002`
  site.tamper.set(`/model-shards/${WHOLE}/${path}`, (bytes) => {
    const copy = Buffer.from(bytes)
    copy.writeUInt8(copy.readUInt8(99) ^ 1, 99)
    return copy
  })
  const { placed } = await call(page, 'place', WHOLE)
  expect(placed).toEqual({ ok: false, error: { type: 'shard-mismatch', path } })
  expect((await call(page, 'kept', WHOLE)).cache).toBe(3)
})

test('weights that went bad in the cache are fetched again before web-llm reads them', async ({ page }) => {
  await call(page, 'place', WHOLE)
  await call(page, 'damage', WEIGHTS)
  site.requests.length = 0
  expect((await call(page, 'place', WHOLE)).known).toBe(true)
  expect(site.requests.filter((r) => r.includes(WEIGHTS))).toEqual([
    `/model-shards/${WHOLE}/${WEIGHTS}.002`,
    `/model-shards/${WHOLE}/${WEIGHTS}.003`,
  ])
  site.requests.length = 0
  await call(page, 'place', WHOLE)
  expect(site.requests.filter((r) => r.includes(WEIGHTS))).toEqual([])
})

test('weights without a compiled library are an error value, and nothing is fetched for them', async ({ page }) => {
  const { loaded } = await call(page, 'loadAs', ALONE, ['webgpu'])
  expect(loaded).toEqual({ ok: false, error: { type: 'load-failed', code: 'library-missing' } })
  expect(site.requests.filter((r) => r.includes(WEIGHTS))).toEqual([])
})

test('web-llm takes configuration and library from where they were placed; what is no library is refused', async ({ page }) => {
  const { loaded, fallbacks } = await call(page, 'loadAs', WHOLE, ['webgpu'])
  expect(loaded).toEqual({ ok: false, error: { type: 'load-failed', code: 'library-invalid' } })
  expect(fallbacks).toMatchObject([{ from: 'webgpu', to: null }])
  expect(site.requests.some((r) => /\/assets\/.*\.js/.test(r))).toBe(true)
})

test('where the adapter lacks shader-f16 the single-precision twin is loaded instead', async ({ page }) => {
  const { loaded } = await call(page, 'loadAs', HALF, ['webgpu'])
  // The twin got as far as its library; of the other only the configuration was read.
  expect(loaded).toEqual({ ok: false, error: { type: 'load-failed', code: 'library-invalid' } })
  expect(site.requests).toContain(`/model-shards/${PLAIN}/${WEIGHTS}.001`)
  expect(site.requests.filter((r) => r.includes(`${HALF}/${WEIGHTS}`))).toEqual([])
})

test('it does not run on WASM, and says so', async ({ page }) => {
  const { loaded } = await call(page, 'loadAs', WHOLE, ['wasm'])
  expect(loaded).toEqual({ ok: false, error: { type: 'backend-unavailable', backend: 'wasm' } })
})

test('without WebGPU it is an error value, before any weight is fetched', async () => {
  const executablePath = findChromium()
  const plain = await chromium.launch({ ...(executablePath ? { executablePath } : {}), args: ['--no-sandbox', '--disable-gpu'] })
  const page = await plain.newPage()
  await open(page)
  site.requests.length = 0
  const { loaded } = await call(page, 'loadAs', WHOLE, ['webgpu'])
  expect(loaded).toEqual({ ok: false, error: { type: 'backend-unavailable', backend: 'webgpu' } })
  expect(site.requests.filter((r) => r.includes(WEIGHTS))).toEqual([])
  await plain.close()
})
