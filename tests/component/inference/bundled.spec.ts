import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, test } from '@playwright/test'
import type { ChatMessage, GenerateOptions } from '#contracts/workers/inference.ts'
import { caseSchema } from '#domain/assessment/case-schema.ts'
import { compilePhrasebook } from '#domain/safety/phrases.ts'
import { findNodeModel } from '#workers/inference/engines/node.ts'
import { compileBundle } from '../../../scripts/content/compile-bundle.ts'
import { loadPassages } from '../../../scripts/content/load-content.ts'
import { makeRow, openWorkshop } from '../../../scripts/dataset/make-row.ts'
import { makeRandom } from '../../../scripts/dataset/random.ts'
import type { Harness } from './harness/main.ts'
import { serveHarness } from './serve.ts'

const SHARDS = resolve(import.meta.dirname, '../../../model-shards')
const CASES = 2

/** Prompts as the kiosk writes them, each with its schema and once without, where nothing but the model decides the token. */
const asked = (): { messages: ChatMessage[]; options: GenerateOptions }[] => {
  const compiled = compileBundle()
  if (!compiled.ok) throw new Error('the content does not compile')
  const bundle = compiled.value
  const workshop = openWorkshop(bundle, loadPassages(), compilePhrasebook(bundle.safety, 'en'))
  const random = makeRandom(4021)
  const out = []
  while (out.length < 2 * CASES) {
    const protocol = random.pick(bundle.protocols)
    const made = makeRow(workshop, protocol, 'fresh', random)
    if ('rejected' in made || made.level === 'emergency') continue
    const schema = caseSchema({ protocols: [protocol], facts: made.facts }, made.input, workshop, workshop.prompt.urgency)
    const messages = made.row.conversation_history
    out.push({ messages, options: { schema, maxTokens: workshop.prompt.maxTokens, timeoutMs: 100_000 } })
    out.push({ messages, options: { maxTokens: 60, timeoutMs: 100_000 } })
  }
  return out
}

/** Issue: "browser output equals Node output token for token with greedy decoding (WASM)". Equal text and count: equal tokens. */
test('the bundled model writes the same tokens in the browser as on Node', async ({ page }) => {
  test.setTimeout(400_000)
  const outDir = mkdtempSync(join(tmpdir(), 'anteroom-bundled-'))
  const site = await serveHarness(outDir, SHARDS)
  const found = await findNodeModel(SHARDS, null)
  if (!found.ok) throw new Error(found.error.type)
  const { engine, manifest } = found.value
  await engine.load(manifest, () => undefined)
  await page.goto(site.url)
  await page.waitForFunction('globalThis.harness')
  const cases = asked()
  const inBrowser = await page.evaluate(
    (all) => (globalThis as unknown as { harness: Harness }).harness.runEach(['wasm'], all),
    cases,
  )
  for (const [i, { messages, options }] of cases.entries()) {
    const onNode = await engine.generate(messages, options, () => undefined)
    const there = inBrowser[i]
    if (!onNode.ok || !there?.ok) throw new Error(JSON.stringify([onNode, there]))
    expect(there.value.text).toBe(onNode.value.text)
    expect(there.value.tokens).toBe(onNode.value.tokens)
    expect(there.value.tokens).toBeGreaterThan(20)
  }
  await engine.unload()
  await site.close()
  rmSync(outDir, { recursive: true })
})
