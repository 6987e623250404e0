import { createHash, randomBytes } from 'node:crypto'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ModelCatalog, type ModelFacts } from '#contracts/wire/model-catalog.ts'
import { securityHeaders } from '#server/plugins/security-headers.ts'
import { findModel, within } from '#workers/inference/model/catalog.ts'
import { noStore, webShards } from '#workers/inference/model/shard-source.ts'
import { verifiedFiles } from '#workers/inference/model/verified-files.ts'
import { runModels } from '../../scripts/models/commands.ts'
import { newDataDirectory, startTestServer, type TestServer } from './support/test-server.ts'

const FACTS: ModelFacts = {
  name: 'M',
  family: 'm',
  architecture: 'LlamaForCausalLM',
  parameters: 1,
  quantisation: 'q4',
  downloadMib: 1,
  licence: { name: 'MIT', url: null, acceptance: false },
  gpu: [],
  memoryMib: 1,
  contextTokens: 1,
  languages: ['en'],
  device: 'kiosk',
  run: 'not run here',
}
const row = (id: string) => ({ id, engine: 'transformers', task: 'text-generation', default: false })
const offer = (id: string) => ({
  id,
  engine: 'endpoint',
  task: 'text-generation',
  facts: FACTS,
  source: { how: 'serve', repository: 'maker/m', note: 'n' },
})
const SHARD = randomBytes(5000)
const NAME = createHash('sha256').update(SHARD).digest('hex')

let server: TestServer
let staticDir: string
let write: (path: string, content: string | Buffer) => Promise<void>
beforeAll(async () => {
  staticDir = await newDataDirectory()
  server = await startTestServer({ staticDir })
  write = async (path, content) => {
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, content)
  }
  const store = join(server.settings.DATA_DIR, 'models')
  const bundled = {
    models: [{ ...row('shipped'), manifest: 'bundled/shipped/manifest.json' }],
    offers: [offer('here'), offer('other')],
  }
  await write(join(staticDir, 'model-shards', 'catalog.json'), JSON.stringify(bundled))
  await write(join(store, 'catalog.json'), JSON.stringify({ models: [{ ...row('here'), manifest: 'here/manifest.json' }] }))
  await write(join(store, 'here', 'manifest.json'), '{}')
  await write(join(store, 'here', 'provenance.json'), '{"from":"secret"}')
  await write(join(store, 'here', 'shards', `${NAME}.bin`), SHARD)
  await write(join(store, '.work', 'here', 'part'), 'part')
})
afterAll(async () => {
  await server.stop()
  await rm(staticDir, { recursive: true, force: true })
})
const get = (url: string, headers: Record<string, string> = {}) => server.app.inject({ url, headers })

describe('the models of a clinic', () => {
  it('lists bundled models, those of the store, and what else can be had', async () => {
    const answer = await get('/models/catalog.json')
    expect(answer.headers['cache-control']).toBe('no-cache')
    const { models, offers } = ModelCatalog.parse(answer.json())
    expect(models.map((m) => [m.id, m.manifest])).toEqual([
      ['shipped', '/model-shards/bundled/shipped/manifest.json'],
      ['here', '/models/here/manifest.json'],
    ])
    expect(offers?.map((o) => o.id)).toEqual(['other'])
  })

  it('serves shards for good, in ranges, and manifests anew each time', async () => {
    const url = `/models/here/shards/${NAME}.bin`
    const whole = await get(url)
    expect(whole.rawPayload).toEqual(SHARD)
    expect(whole.headers).toMatchObject({
      'cache-control': 'public, max-age=31536000, immutable',
      'accept-ranges': 'bytes',
      ...securityHeaders,
    })
    const part = await get(url, { range: 'bytes=1000-1999' })
    expect([part.statusCode, part.headers['content-range']]).toEqual([206, 'bytes 1000-1999/5000'])
    expect(part.rawPayload).toEqual(SHARD.subarray(1000, 2000))
    expect((await get(url, { range: 'bytes=9000-' })).statusCode).toBe(416)
    expect((await get('/models/here/manifest.json')).headers['cache-control']).toBe('no-cache')
  })

  it('gives out nothing else of the data directory', async () => {
    const urls = [
      '/models/here/provenance.json',
      '/models/.work/here/part',
      '/models/here/../../keys/server.json',
      '/models/here/%2e%2e/%2e%2e/keys/server.json',
      '/models/%2e%2e/keys/server.json',
      '/models/here/',
      '/models/',
      '/models/nothing/manifest.json',
    ]
    for (const url of urls) {
      const answer = await get(url)
      expect(answer.statusCode, url).toBe(404)
      expect(answer.body).not.toContain('secret')
    }
    expect((await server.app.inject({ method: 'PUT', url: '/models/here/manifest.json' })).statusCode).toBe(404)
  })

  it('hands a device a model that was imported, found by its id and verified shard by shard', async () => {
    const store = join(server.settings.DATA_DIR, 'models')
    const folder = resolve(import.meta.dirname, '../fixtures/tiny-families/model-shards/mistral')
    const said: string[] = []
    const about = ['--id', 'own', '--licence', 'Apache-2.0', '--parameters', '50000']
    const shards = join(staticDir, 'model-shards')
    const code = await runModels(['import', folder, ...about, '--shards', shards, '--store', store], (line) => said.push(line))
    expect([code, said.at(-1)]).toEqual([0, expect.stringMatching(/^own: in the store/)])
    const origin = await server.app.listen({ port: 0, host: '127.0.0.1' })
    const source = webShards(`${origin}/model-shards/`)
    const found = await findModel(source, 'own')
    if (!found.ok) throw new Error(found.error.type)
    const { manifest, engine } = found.value
    expect(engine).toBe('transformers')
    const paths = manifest.files.map((f) => f.path)
    const files = await verifiedFiles(manifest, paths, within(source, found.value.folder), noStore, () => undefined)
    if (!files.ok) throw new Error(files.error.type)
    const weights = files.value.get('onnx/model.onnx') ?? new Uint8Array()
    expect(Buffer.from(weights).equals(await readFile(join(folder, 'onnx/model.onnx')))).toBe(true)
  })

  it('says so when a catalogue is damaged, and logs no address of a file', async () => {
    await write(join(server.settings.DATA_DIR, 'models', 'catalog.json'), '{"models":[{}]}')
    const answer = await get('/models/catalog.json')
    expect([answer.statusCode, answer.json().code]).toEqual([500, 'catalogue-damaged'])
    await rm(join(server.settings.DATA_DIR, 'models', 'catalog.json'))
    expect((await get('/models/catalog.json')).json().models).toHaveLength(1)
    expect(JSON.stringify(server.logs)).not.toContain(NAME)
  })
})
