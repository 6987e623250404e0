import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ModelManifest } from '#contracts/workers/model.ts'
import { FAMILIES, offerOf, openShop, type Shop } from './support.ts'

const LICENCE = { name: 'A Licence', url: 'https://example.org/licence', acceptance: true }
const OURS = resolve(import.meta.dirname, '../../fixtures/tiny-llama/model-shards/model')

let shop: Shop
let work: string
beforeEach(() => {
  shop = openShop([
    offerOf('medical', 'MT5ForConditionalGeneration', [], { facts: { licence: LICENCE } }),
    offerOf('other', 'MistralForCausalLM', []),
  ])
  work = mkdtempSync(join(tmpdir(), 'anteroom-import-'))
})
afterEach(() => {
  shop.close()
  rmSync(work, { recursive: true, force: true })
})
const manifestOf = (id: string) => ModelManifest.parse(JSON.parse(readFileSync(join(shop.store, id, 'manifest.json'), 'utf8')))
const importAs = (folder: string, ...options: string[]) => shop.models('import', folder, ...options)

describe('import', () => {
  it('publishes a converted model of the catalogue, with its facts', async () => {
    expect(await importAs(FAMILIES.mt5, '--id', 'medical')).toMatchObject({
      code: 1,
      text: expect.stringMatching(/--accept-licence$/),
    })
    expect((await importAs(FAMILIES.mt5, '--id', 'medical', '--accept-licence')).code).toBe(0)
    const { files, architecture, licence } = manifestOf('medical')
    expect([architecture, licence]).toEqual(['MT5ForConditionalGeneration', 'A Licence'])
    expect(files.map((f) => f.path)).toEqual([
      'config.json',
      'generation_config.json',
      'onnx/decoder_model_merged.onnx',
      'onnx/encoder_model.onnx',
      'tokenizer.json',
      'tokenizer_config.json',
    ])
    expect(await shop.models('verify')).toMatchObject({ code: 0, text: expect.stringMatching(/verified/) })
    expect((await shop.models('list')).text).toMatch(/^medical import, .*, in the store$/m)
  })

  it('publishes a model that the catalogue does not know, with what the person says of it', async () => {
    const own = ['--id', 'own-llama', '--licence', 'Apache-2.0']
    expect(await importAs(FAMILIES.gemma, ...own)).toMatchObject({ code: 1, text: expect.stringMatching(/say --parameters/) })
    expect((await importAs(FAMILIES.gemma, ...own, '--parameters', '40000')).code).toBe(0)
    expect(manifestOf('own-llama')).toMatchObject({ parameters: 40_000, contextTokens: 256, architecture: 'Gemma2ForCausalLM' })
  })

  it('reads all it needs from an MLC folder, its library included', async () => {
    cpSync(FAMILIES.mlc, work, { recursive: true })
    writeFileSync(join(work, 'own-webgpu.wasm'), 'wasm')
    writeFileSync(join(work, 'README.md'), 'not for devices')
    expect((await importAs(work, '--id', 'own-mlc', '--licence', 'Apache-2.0')).code).toBe(0)
    const { files, parameters, contextTokens } = manifestOf('own-mlc')
    expect(files.map((f) => f.path).sort()).toEqual([
      'mlc-chat-config.json',
      'own-webgpu.wasm',
      'params_shard_0.bin',
      'tensor-cache.json',
      'tokenizer.json',
      'tokenizer_config.json',
    ])
    expect([parameters, contextTokens]).toEqual([34_976, 256])
    const { models } = JSON.parse(readFileSync(join(shop.store, 'catalog.json'), 'utf8'))
    expect(models).toMatchObject([{ id: 'own-mlc', engine: 'webllm', default: false }])
  })

  it('takes a folder of our own as it is, so that its signature stays good', async () => {
    cpSync(OURS, work, { recursive: true })
    const key = join(shop.folder, 'key.jwk')
    await shop.models('keygen', '--key', key)
    await shop.models('trust', '--key', key)
    await shop.models('sign', work, '--key', key)
    expect((await importAs(work)).code).toBe(0)
    expect(readFileSync(join(shop.store, 'tiny-llama/manifest.json'))).toEqual(readFileSync(join(work, 'manifest.json')))
    expect(await shop.models('verify', '--require-signature')).toMatchObject({
      code: 0,
      text: expect.stringMatching(/signed by/),
    })
  })

  it('refuses what is damaged, incomplete, another model, or too large for the disk', async () => {
    cpSync(OURS, work, { recursive: true })
    writeFileSync(join(work, 'tokenizer.json'), '{}')
    expect(await importAs(work)).toMatchObject({ code: 1, text: expect.stringMatching(/shard-mismatch, tokenizer.json/) })
    const empty = join(work, 'empty')
    mkdirSync(empty)
    expect(await importAs(empty, '--id', 'x')).toMatchObject({ code: 1, text: expect.stringMatching(/config.json is missing/) })
    expect(await importAs(FAMILIES.gemma, '--id', 'other')).toMatchObject({
      code: 1,
      text: expect.stringMatching(/this is Gemma2ForCausalLM, not MistralForCausalLM/),
    })
    expect(await importAs(FAMILIES.gemma, '--id', '../x')).toMatchObject({ code: 1, text: expect.stringMatching(/needs --id/) })
    const mlc = join(work, 'mlc')
    cpSync(FAMILIES.mlc, mlc, { recursive: true })
    const cache = readFileSync(join(mlc, 'tensor-cache.json'), 'utf8')
    writeFileSync(join(mlc, 'tensor-cache.json'), cache.replace('"params_shard_0.bin"', '"../params_shard_0.bin"'))
    expect(await importAs(mlc, '--id', 'x', '--licence', 'MIT')).toMatchObject({
      code: 1,
      text: expect.stringMatching(/tensor-cache.json is missing or not/),
    })
    const { disk } = shop.deps
    if (!disk) throw new Error('no disk')
    shop.deps.disk = { ...disk, freeBytes: async () => 10 }
    expect(await importAs(FAMILIES.mistral, '--id', 'other')).toMatchObject({
      code: 1,
      text: expect.stringMatching(/are needed/),
    })
    expect(existsSync(join(shop.store, 'catalog.json'))).toBe(false)
  })
})

describe('remove', () => {
  it('takes a model out of the store and off the list, and leaves the others', async () => {
    await importAs(FAMILIES.mistral, '--id', 'other')
    await importAs(FAMILIES.mt5, '--id', 'medical', '--accept-licence')
    expect(await shop.models('remove', 'other')).toMatchObject({ code: 0 })
    expect(readdirSync(shop.store).sort()).toEqual(['.work', 'catalog.json', 'medical'])
    expect(await shop.models('remove', 'other')).toMatchObject({ code: 1, text: expect.stringMatching(/not in the store/) })
  })

  it('leaves bundled models alone', async () => {
    const row = { id: 'tiny-llama', engine: 'transformers', task: 'text-generation', manifest: 'm/manifest.json', default: true }
    writeFileSync(join(shop.shards, 'catalog.json'), JSON.stringify({ models: [row] }))
    expect(await shop.models('remove', 'tiny-llama')).toMatchObject({ code: 1, text: expect.stringMatching(/is bundled/) })
    expect(await importAs(OURS)).toMatchObject({ code: 1, text: expect.stringMatching(/is bundled/) })
    expect(await shop.models('pull', 'tiny-llama', '--upstream')).toMatchObject({
      code: 0,
      text: expect.stringMatching(/bundled/),
    })
  })
})
