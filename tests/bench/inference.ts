import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { chromium } from '@playwright/test'
import type { Result } from '#contracts/result.ts'
import type { Backend, ChatMessage, Generated, GenerateError, GenerateOptions } from '#contracts/workers/inference.ts'
import { findNodeModel } from '#workers/inference/engines/node.ts'
import { findChromium } from '../../scripts/setup.mjs'
import type { Harness } from '../component/inference/harness/main.ts'
import { serveHarness } from '../component/inference/serve.ts'
import { openSchema } from '../fixtures/open-schema.ts'

const HELP = `npm run bench -- inference [--shards DIR] [--tokens N] [--runs N] [--no-webgpu]

Decoding speed and time to the first token of the default text model, on Node, in Chromium's WASM and in Chromium's
WebGPU (SwiftShader, a software device: read its figures as proof that it runs, never as its speed on a GPU).
DIR holds catalog.json (default: model-shards, or the tiny random model when there is none).`

const REPOSITORY = resolve(import.meta.dirname, '../..')
const BROWSER_FLAGS =
  '--no-sandbox --enable-unsafe-webgpu --use-webgpu-adapter=swiftshader --disable-background-networking --disable-sync --no-first-run'
type Row = { where: string; loadMs: number; prompt: number; firstMs: number; perSecond: number }

/** Runs the benchmark and prints a table; resolves to the exit code. */
export const bench = async (args: readonly string[]): Promise<number> => {
  if (args.includes('--help')) {
    console.log(HELP)
    return 0
  }
  const optionOf = (flag: string): string | undefined => (args.includes(flag) ? args[args.indexOf(flag) + 1] : undefined)
  const bundled = join(REPOSITORY, 'model-shards')
  const shards = resolve(
    optionOf('--shards') ??
      (existsSync(join(bundled, 'catalog.json')) ? bundled : join(REPOSITORY, 'tests/fixtures/tiny-llama/model-shards')),
  )
  const conversations = Array.from({ length: Number(optionOf('--runs') ?? 3) + 1 }, (_, i) => conversation(30 + i))
  const options: GenerateOptions = {
    schema: openSchema('en', 'high', ['f1', 'f2', 'p1']),
    maxTokens: Number(optionOf('--tokens') ?? 120),
    timeoutMs: 300_000,
  }
  const rows = [await onNode(shards, conversations, options)]
  rows.push(...(await inBrowser(shards, conversations, options, args.includes('--no-webgpu') ? ['wasm'] : ['wasm', 'webgpu'])))
  print(rows, shards)
  return 0
}

/** A prompt of ordinary size, another for every run so that none is remembered. */
const conversation = (age: number): ChatMessage[] => [
  { role: 'system', content: 'Write the preliminary assessment.' },
  {
    role: 'user',
    content: `patient: ${age} year, female\nfloor: high\ncomplaint: cough\nfindings:\nf1 + cough\nf2 - fever\npassages:\np1 Cough: ${'see the nurse when it lasts or worsens '.repeat(12)}`,
  },
]

const onNode = async (shards: string, conversations: ChatMessage[][], options: GenerateOptions): Promise<Row> => {
  const found = await findNodeModel(shards, null)
  if (!found.ok) throw new Error(found.error.type)
  const { engine, manifest } = found.value
  const begun = performance.now()
  const loaded = await engine.load(manifest, () => undefined)
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.error))
  const loadMs = performance.now() - begun
  const results = []
  for (const messages of conversations) results.push(await engine.generate(messages, options, () => undefined))
  await engine.unload()
  return row('Node, native CPU', loadMs, results)
}

const inBrowser = async (
  shards: string,
  conversations: ChatMessage[][],
  options: GenerateOptions,
  backends: Backend[],
): Promise<Row[]> => {
  const outDir = mkdtempSync(join(tmpdir(), 'anteroom-bench-'))
  const site = await serveHarness(outDir, shards)
  const executablePath = findChromium()
  const browser = await chromium.launch({ ...(executablePath ? { executablePath } : {}), args: BROWSER_FLAGS.split(' ') })
  try {
    const page = await browser.newPage()
    await page.goto(site.url)
    await page.waitForFunction('globalThis.harness')
    const rows: Row[] = []
    for (const backend of backends) {
      const run = await page.evaluate(([b, c, o]) => (globalThis as unknown as { harness: Harness }).harness.run([b], c, o), [
        backend,
        conversations,
        options,
      ] as [Backend, ChatMessage[][], GenerateOptions])
      if (!run.loaded.ok) throw new Error(JSON.stringify(run.loaded.error))
      rows.push(
        row(
          backend === 'wasm' ? `Chromium WASM, ${run.loaded.value.threads} threads` : 'Chromium WebGPU (software)',
          run.loadMs,
          run.results,
        ),
      )
    }
    return rows
  } finally {
    await browser.close()
    await site.close()
    rmSync(outDir, { recursive: true })
  }
}

/** Medians over the runs after the first, which warms up. */
const row = (where: string, loadMs: number, results: readonly Result<Generated, GenerateError>[]): Row => {
  const good = results.slice(1).map((r) => {
    if (!r.ok) throw new Error(`${where}: ${JSON.stringify(r.error)}`)
    return r.value
  })
  return {
    where,
    loadMs,
    prompt: good[0]?.promptTokens ?? 0,
    firstMs: median(good.map((g) => g.firstTokenMs)),
    perSecond: median(good.map((g) => (1000 * g.tokens) / (g.totalMs - g.firstTokenMs))),
  }
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN

const print = (rows: readonly Row[], shards: string): void => {
  console.log(
    `shards: ${shards}; load average ${(loadavg()[0] ?? 0).toFixed(1)}; read ratios, not absolutes, on a shared machine`,
  )
  console.table(
    rows.map((r) => ({
      where: r.where,
      'load ms': Math.round(r.loadMs),
      'prompt tokens': r.prompt,
      'first token ms': Math.round(r.firstMs),
      'tokens/s': Number(r.perSecond.toFixed(1)),
      'of Node': Number((r.perSecond / (rows[0]?.perSecond ?? 1)).toFixed(2)),
    })),
  )
}
