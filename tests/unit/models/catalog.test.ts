import { readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ModelCatalog } from '#contracts/wire/model-catalog.ts'
import { ModelManifest } from '#contracts/workers/model.ts'

const SHARDS = resolve(import.meta.dirname, '../../../model-shards')
const raw = JSON.parse(readFileSync(join(SHARDS, 'catalog.json'), 'utf8'))
const catalog = ModelCatalog.parse(raw)
const offers = catalog.offers ?? []

describe('the shipped catalogue', () => {
  it('says of bundled models what their manifests say', () => {
    for (const { id, manifest, facts } of catalog.models) {
      // A model that the pipeline has just released has none yet.
      if (!facts) continue
      const read = ModelManifest.parse(JSON.parse(readFileSync(join(SHARDS, manifest), 'utf8')))
      const { architecture, parameters, contextTokens } = read
      expect(facts, id).toMatchObject({ architecture, parameters, contextTokens, licence: { name: read.licence } })
      const mib = read.files.reduce((n, f) => n + f.bytes, 0) / 2 ** 20
      expect(facts.downloadMib, id).toBeCloseTo(mib, 0)
      expect(dirname(manifest)).toBe(`bundled/${id}`)
    }
  })

  it('has one default a task', () => {
    const tasks = catalog.models.filter((m) => m.default).map((m) => m.task)
    expect(new Set(tasks).size).toBe(tasks.length)
  })

  it('offers every model of the seed', () => {
    const names = offers.map((o) => o.facts.name).join('\n')
    for (const name of ['Medical mT5', 'Llama 3.1 8B', 'Llama 3.2 1B', 'Llama 3.2 3B', 'Gemma 2 2B', 'Gemma 2 9B', 'Mistral 7B'])
      expect(names).toContain(name)
    for (const name of ['Command R+', 'Mixtral 8x22B', 'gpt-oss 20B', 'SmolLM2 135M', 'SmolLM2 360M', 'SmolLM2 1.7B', 'Phi-3.5'])
      expect(names).toContain(name)
  })

  it('has a way out for a GPU without shader-f16', () => {
    for (const { id, facts } of offers.filter((o) => o.facts.gpu.includes('shader-f16'))) {
      const plain = offers.filter((o) => o.facts.family === facts.family && !o.facts.gpu.includes('shader-f16'))
      expect(plain.length, id).toBeGreaterThan(0)
    }
  })

  it('names a web-llm library for each of its quantisations, and one only', () => {
    for (const { id, facts, source } of offers.filter((o) => o.engine === 'webllm')) {
      if (source.how === 'serve') throw new Error(id)
      expect(source.library?.file.path, id).toContain(`-${facts.quantisation}_`)
      expect(source.repository, id).toContain(facts.quantisation)
    }
  })

  it('wants acceptance of every licence that is not a plain free one', () => {
    const FREE = new Set(['Apache-2.0', 'MIT'])
    for (const { id, facts } of offers) expect(facts.licence.acceptance, id).toBe(!FREE.has(facts.licence.name))
  })
})

describe('the schema', () => {
  const [offer] = raw.offers
  it.each([
    ['two rows of one id', { ...raw, offers: [offer, offer] }, 'has two rows'],
    ['an id that leads out of the store', { ...raw, offers: [{ ...offer, id: '../x' }] }, 'id'],
    ['an upstream that is not there', { ...raw, upstreams: {} }, 'no upstream hub'],
    ['a served model on an engine of the browser', { ...raw, offers: [{ ...offer, engine: 'endpoint' }] }, 'endpoint engine'],
    [
      'a path that leads out of the model',
      { ...raw, offers: [{ ...offer, source: { ...offer.source, files: [{ path: 'onnx/../../x' }] } }] },
      'path',
    ],
  ])('refuses %s', (_, catalogue, said) => {
    const read = ModelCatalog.safeParse(catalogue)
    expect(read.success).toBe(false)
    expect(JSON.stringify(read.error?.issues)).toContain(said)
  })

  it('takes what the training pipeline writes: five members a model, nothing else', () => {
    const row = { id: 'm', engine: 'transformers', task: 'text-generation', manifest: 'bundled/m/manifest.json', default: true }
    expect(ModelCatalog.parse({ models: [row] })).toEqual({ models: [row] })
  })
})
