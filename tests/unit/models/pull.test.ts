import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ModelCatalog } from '#contracts/wire/model-catalog.ts'
import { ModelManifest } from '#contracts/workers/model.ts'
import { diskShards } from '#workers/inference/engines/node.ts'
import { noStore } from '#workers/inference/model/shard-source.ts'
import { verifiedFiles } from '#workers/inference/model/verified-files.ts'
import { FAMILIES, layOutLlama, type Mirror, mlcOffer, offerOf, openMirror, openShop, type Shop } from './support.ts'

const QUANTISED = 'onnx/model_quantized.onnx'
const MT5 = ['onnx/encoder_model.onnx', 'onnx/decoder_model_merged.onnx']
const LICENCE = { name: 'A Licence', url: 'https://example.org/licence', acceptance: true }

let llama: string
let hub: string
let mirror: Mirror
let shop: Shop
beforeAll(() => {
  llama = layOutLlama(mkdtempSync(join(tmpdir(), 'anteroom-llama-')))
})
afterAll(() => rmSync(llama, { recursive: true, force: true }))
beforeEach(async () => {
  hub = mkdtempSync(join(tmpdir(), 'anteroom-hub-'))
  for (const [id, from] of Object.entries({ ...FAMILIES, llama })) cpSync(from, join(hub, 'maker', id), { recursive: true })
  mkdirSync(join(hub, 'maker/libs/v1'), { recursive: true })
  writeFileSync(join(hub, 'maker/libs/v1/tiny-webgpu.wasm'), Buffer.from('0061736d01000000', 'hex'))
  mirror = await openMirror((path) => {
    const [, repository, , file] = /^\/([^/]+\/[^/]+)(\/resolve\/main)\/(.+)$/.exec(path) ?? []
    return repository && file ? join(hub, repository, file) : null
  })
  shop = openShop([
    offerOf('llama', 'LlamaForCausalLM', [QUANTISED], { folder: llama }),
    offerOf('gemma', 'Gemma2ForCausalLM', ['onnx/model.onnx'], { facts: { licence: LICENCE } }),
    offerOf('mistral', 'MistralForCausalLM', ['onnx/model.onnx']),
    offerOf('mt5', 'MT5ForConditionalGeneration', MT5),
    mlcOffer('mlc'),
  ])
  mirror.taken = () => shop.appended
})
afterEach(async () => {
  await mirror.close()
  shop.close()
  rmSync(hub, { recursive: true, force: true })
})

const pull = (id: string, ...more: string[]) => shop.models('pull', id, '--mirror', mirror.url, ...more)
const manifestOf = (id: string) => ModelManifest.parse(JSON.parse(readFileSync(join(shop.store, id, 'manifest.json'), 'utf8')))
const listed = () =>
  ModelCatalog.parse(JSON.parse(readFileSync(join(shop.store, 'catalog.json'), 'utf8'))).models.map((m) => m.id)
const flip = (file: string): void => {
  const bytes = readFileSync(file)
  bytes.writeUInt8(bytes.readUInt8(bytes.length >> 1) ^ 1, bytes.length >> 1)
  writeFileSync(file, bytes)
}
const sent = (part: string): number => mirror.log.filter((l) => l.path.includes(part)).reduce((n, l) => n + l.sent, 0)

describe('pull', () => {
  it.each([
    ['llama', '', 'unsigned'],
    ['gemma', '--accept-licence', 'hashes not known beforehand'],
    ['mistral', '', 'hashes not known beforehand'],
    ['mt5', '', 'hashes not known beforehand'],
    ['mlc', '', 'hashes not known beforehand'],
  ])('brings %s into the store, as its publisher laid it out, byte for byte', async (id, option, said) => {
    const done = await pull(id, ...(option ? [option] : []))
    expect(done).toMatchObject({ code: 0, text: expect.stringContaining(said) })
    const manifest = manifestOf(id)
    const paths = manifest.files.map((f) => f.path)
    const files = await verifiedFiles(manifest, paths, diskShards(join(shop.store, id)), noStore, () => undefined)
    if (!files.ok) throw new Error(files.error.type)
    for (const [path, bytes] of files.value) {
      const at = path === 'tiny-webgpu.wasm' ? join(hub, 'maker/libs/v1', path) : join(hub, 'maker', id, path)
      expect(Buffer.from(bytes).equals(readFileSync(at)), path).toBe(true)
    }
    expect(paths).toContain(id === 'mlc' ? 'tensor-cache.json' : 'config.json')
    expect(manifest.files.flatMap((f) => f.shards).every((s) => s.bytes <= 32 * 1024)).toBe(true)
    expect(listed()).toEqual([id])
    expect(await shop.models('verify')).toMatchObject({ code: 0, text: expect.stringMatching(/verified, unsigned$/) })
    expect(readdirSync(join(shop.store, '.work'))).toEqual([])
  })

  it('takes the older name of the tensor cache for the newer one', async () => {
    const folder = join(hub, 'maker/mlc')
    cpSync(join(folder, 'tensor-cache.json'), join(folder, 'ndarray-cache.json'))
    rmSync(join(folder, 'tensor-cache.json'))
    expect((await pull('mlc')).code).toBe(0)
    expect(manifestOf('mlc').files.map((f) => f.path)).toContain('tensor-cache.json')
  })

  it('goes on where a mirror broke off, and fetches nothing twice', async () => {
    const size = statSync(join(llama, QUANTISED)).size
    mirror.awayAfter = 0
    expect(await pull('llama')).toMatchObject({ code: 1, text: expect.stringMatching(/nothing answers/) })
    // Five files are asked for their size, then parts come until the mirror goes away in the middle of one.
    mirror.awayAfter = 12
    mirror.cutAfter = 20_000
    expect(await pull('llama')).toMatchObject({ code: 1, text: expect.stringMatching(/kept breaking/) })
    const before = sent('model_quantized')
    expect(before).toBeGreaterThan(20_000)
    mirror.awayAfter = Number.POSITIVE_INFINITY
    expect(await pull('llama')).toMatchObject({ code: 0 })
    // One byte a run is asked for to learn the size.
    expect(sent('model_quantized')).toBe(size + 2)
  })

  it('keeps trying while bytes still come, from the byte where each try ended', async () => {
    mirror.cutAfter = 9000
    expect(await pull('llama')).toMatchObject({ code: 0 })
    const starts = mirror.log.filter((l) => l.path.includes('model_quantized') && l.sent === 9000).map((l) => l.from)
    expect(starts).toEqual(expect.arrayContaining([0, 9000, 18_000, 32_768]))
  })

  it('works with a mirror that knows no ranges, and with plain folders', async () => {
    mirror.ranges = false
    expect(await pull('mt5')).toMatchObject({ code: 0 })
    await mirror.close()
    mirror = await openMirror((path) => join(hub, path))
    expect(await pull('mistral')).toMatchObject({ code: 0 })
  })

  it('refuses a flipped bit where the hash is known, publishes nothing, and gets well from a sound mirror', async () => {
    flip(join(hub, 'maker/llama', QUANTISED))
    expect(await pull('llama')).toMatchObject({ code: 1, text: expect.stringMatching(/model_quantized\.onnx is not the file/) })
    expect(readdirSync(shop.store)).toEqual(['.work'])
    flip(join(hub, 'maker/llama', QUANTISED))
    expect((await pull('llama')).code).toBe(0)
  })

  it.each([
    ['llama', QUANTISED],
    ['mlc', 'params_shard_0.bin'],
  ])('refuses a truncated file of %s', async (id, path) => {
    const file = join(hub, 'maker', id, path)
    writeFileSync(file, readFileSync(file).subarray(0, 10_000))
    expect(await pull(id)).toMatchObject({ code: 1, text: expect.stringMatching(/has 10000 bytes where \d+ are right/) })
    expect(readdirSync(shop.store)).toEqual(['.work'])
  })

  it('refuses another model than the catalogue promises', async () => {
    cpSync(join(hub, 'maker/mistral/config.json'), join(hub, 'maker/mt5/config.json'))
    expect(await pull('mt5')).toMatchObject({ code: 1, text: expect.stringMatching(/this is MistralForCausalLM, not MT5/) })
  })

  it('looks at the disk first, and says so when it fills up on the way', async () => {
    const { disk } = shop.deps
    if (!disk) throw new Error('no disk')
    shop.deps.disk = { ...disk, freeBytes: async () => 1000 }
    expect(await pull('llama')).toMatchObject({ code: 1, text: expect.stringMatching(/0\.001 MiB free and .* needed/) })
    expect(sent('model_quantized')).toBe(1)
    let room = 60_000
    const append: typeof disk.append = async (file, bytes) => {
      room -= bytes.byteLength
      if (room < 0) throw Object.assign(new Error('full'), { code: 'ENOSPC' })
      await disk.append(file, bytes)
    }
    shop.deps.disk = { freeBytes: async () => 1e9, append }
    expect(await pull('llama')).toMatchObject({ code: 1, text: expect.stringMatching(/what came so far is kept/) })
    shop.deps.disk = disk
    mirror.log.length = 0
    expect((await pull('llama')).code).toBe(0)
    expect(mirror.log.reduce((n, l) => n + l.sent, 0)).toBeLessThan(statSync(join(llama, QUANTISED)).size)
  })

  it('asks nobody for anything before the licence is agreed to, and keeps who agreed when', async () => {
    expect(await pull('gemma')).toMatchObject({ code: 1, text: expect.stringMatching(/A Licence \(https:.*--accept-licence$/) })
    expect(mirror.log).toEqual([])
    shop.deps.now = () => new Date('2026-11-23T08:00:00Z')
    expect((await pull('gemma', '--accept-licence')).code).toBe(0)
    const kept = JSON.parse(readFileSync(join(shop.store, 'gemma/provenance.json'), 'utf8'))
    expect(kept.licence).toEqual({ name: 'A Licence', url: LICENCE.url, acceptedAt: '2026-11-23T08:00:00.000Z' })
    expect(kept.notKnownBefore).toContain('onnx/model.onnx')
  })

  it('does nothing when the model is there, and mends it when it is damaged', async () => {
    await pull('llama')
    mirror.log.length = 0
    expect(await pull('llama')).toMatchObject({ code: 0, text: expect.stringMatching(/nothing to fetch/) })
    expect(mirror.log).toEqual([])
    const [shard] = manifestOf('llama').files.at(-1)?.shards ?? []
    flip(join(shop.store, 'llama', shard?.path ?? ''))
    expect(await shop.models('verify')).toMatchObject({ code: 1, text: expect.stringMatching(/shard-mismatch/) })
    expect((await pull('llama')).code).toBe(0)
    expect((await shop.models('verify')).code).toBe(0)
  })

  it('signs the manifest when a trusted key is given', async () => {
    const key = join(shop.folder, 'key.jwk')
    await shop.models('keygen', '--key', key)
    expect(await pull('llama', '--key', key)).toMatchObject({ code: 1, text: expect.stringMatching(/not trusted yet/) })
    await shop.models('trust', '--key', key)
    expect(await pull('llama', '--key', key)).toMatchObject({ code: 0, text: expect.stringMatching(/, signed$/) })
    expect(await shop.models('verify', '--require-signature')).toMatchObject({
      code: 0,
      text: expect.stringMatching(/signed by/),
    })
  })

  it('says what is wrong: no such model, no source named, a file that the mirror lacks', async () => {
    expect(await pull('nothing')).toMatchObject({ code: 1, text: expect.stringMatching(/no model nothing/) })
    expect(await shop.models('pull', 'llama')).toMatchObject({ code: 1, text: expect.stringMatching(/--mirror URL.*--upstream/) })
    expect(await shop.models('pull', 'llama', '--mirror', 'ftp://x')).toMatchObject({ code: 1 })
    rmSync(join(hub, 'maker/mt5', MT5[1] ?? ''))
    expect(await pull('mt5')).toMatchObject({ code: 1, text: expect.stringMatching(/decoder_model_merged.onnx is not there/) })
  })

  it('lets one command at a time change the store', async () => {
    const both = await Promise.all([pull('llama'), pull('mistral')])
    expect(both.map((b) => b.code).sort()).toEqual([0, 1])
    expect(both.find((b) => b.code === 1)?.text).toMatch(/another models command is at work/)
  })
})
