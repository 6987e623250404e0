import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import type { Backend, ChatMessage, GenerateOptions } from '#contracts/workers/inference.ts'
import { findNodeModel } from '#workers/inference/engines/node.ts'
import { openSchema } from '../../fixtures/open-schema.ts'
import { FAMILIES, familyManifest } from '../../fixtures/tiny-family.ts'
import type { Harness } from './harness/main.ts'
import { type Site, serveHarness } from './serve.ts'

const MESSAGES: ChatMessage[] = [
  { role: 'system', content: 'Possible chest infection with fever and cough. Nurse to check temperature and breathing today.' },
  { role: 'user', content: 'floor: high\nfindings:\nf1 + cough' },
]
const OPTIONS: GenerateOptions = { schema: openSchema('en', 'high', ['f1', 'p1']), maxTokens: 40, timeoutMs: 60_000 }

let site: Site
let outDir: string
let shards: string
test.beforeAll(async () => {
  outDir = mkdtempSync(join(tmpdir(), 'anteroom-harness-'))
  shards = mkdtempSync(join(tmpdir(), 'anteroom-shards-'))
  site = await serveHarness(outDir, shards)
})
test.afterAll(async () => {
  await site.close()
  for (const folder of [outDir, shards]) rmSync(folder, { recursive: true })
})

/** Makes `name` the model of the site, with a manifest as the store would write it. */
const publish = async (name: string): Promise<void> => {
  mkdirSync(join(shards, name), { recursive: true })
  cpSync(join(FAMILIES, name), join(shards, name), { recursive: true })
  writeFileSync(join(shards, name, 'manifest.json'), JSON.stringify(await familyManifest(name)))
  const row = { id: name, engine: 'transformers', task: 'text-generation', manifest: `${name}/manifest.json`, default: true }
  writeFileSync(join(shards, 'catalog.json'), JSON.stringify({ models: [row] }))
}

const textFromNode = async (): Promise<string> => {
  const found = await findNodeModel(shards, null)
  if (!found.ok) throw new Error(found.error.type)
  const { engine, manifest } = found.value
  await engine.load(manifest, () => undefined)
  const result = await engine.generate(MESSAGES, OPTIONS, () => undefined)
  await engine.unload()
  return result.ok ? result.value.text : JSON.stringify(result.error)
}

const cases: [string, string, Backend][] = [
  ['SentencePiece with byte fallback', 'mistral', 'wasm'],
  ['weights beside the graph', 'qwen-2', 'wasm'],
  ['an encoder and a decoder', 'medical-mt5', 'wasm'],
  ['an encoder and a decoder', 'medical-mt5', 'webgpu'],
]
for (const [what, name, backend] of cases) {
  test(`${name} (${what}) on ${backend} writes as on Node, twice`, async ({ page }) => {
    await publish(name)
    await page.goto(site.url)
    await page.waitForFunction('globalThis.harness')
    const { loaded, results, fallbacks } = await page.evaluate(
      ([l, m, o]) => (globalThis as unknown as { harness: Harness }).harness.run(l, [m, m], o),
      [[backend], MESSAGES, OPTIONS] as [Backend[], ChatMessage[], GenerateOptions],
    )
    expect(loaded).toMatchObject({ ok: true, value: { backend, modelId: name } })
    expect(fallbacks).toEqual([])
    const right = await textFromNode()
    expect(right).toMatch(/^\{"level":"(high|emergency)"/)
    expect(results.map((r) => (r.ok ? r.value.text : r.error))).toEqual([right, right])
  })
}
