import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { ModelFacts, ModelOffer, SourceFile } from '#contracts/wire/model-catalog.ts'
import { runModels } from '../../../scripts/models/commands.ts'
import type { ModelsDeps } from '../../../scripts/models/deps.ts'
import { realDisk } from '../../../scripts/models/transfer/disk.ts'

const FIXTURES = resolve(import.meta.dirname, '../../fixtures')
/** Tiny models as their publishers lay them out. */
export const FAMILIES = {
  gemma: join(FIXTURES, 'tiny-families/model-shards/gemma-2'),
  mistral: join(FIXTURES, 'tiny-families/model-shards/mistral'),
  mt5: join(FIXTURES, 'tiny-families/model-shards/medical-mt5'),
  mlc: join(FIXTURES, 'tiny-families/model-shards/llama-mlc'),
} as const

/** The tiny Llama of the other tests, its weights in one file as a publisher has them. */
export const layOutLlama = (to: string): string => {
  const from = join(FIXTURES, 'tiny-llama/model-shards/model')
  mkdirSync(join(to, 'onnx'), { recursive: true })
  for (const name of SIDE) cpSync(join(from, name), join(to, name))
  const shards = readdirSync(join(from, 'onnx')).sort()
  writeFileSync(
    join(to, 'onnx/model_quantized.onnx'),
    Buffer.concat(shards.map((name) => readFileSync(join(from, 'onnx', name)))),
  )
  return to
}

/** A web server that can be told to misbehave. */
export type Mirror = {
  url: string
  /** One entry a request: path, first byte asked for, bytes sent. */
  log: { path: string; from: number; sent: number }[]
  /** Cut the connection after so many bytes of an answer, once the client took them (`taken`): a break loses what is on its way. */
  cutAfter: number | null
  taken: () => number
  ranges: boolean
  /** Answers no more once the log is this long. */
  awayAfter: number
  close(): Promise<void>
}

export const openMirror = async (fileOf: (path: string) => string | null): Promise<Mirror> => {
  const mirror: Mirror = {
    url: '',
    log: [],
    cutAfter: null,
    taken: () => 0,
    ranges: true,
    awayAfter: Number.POSITIVE_INFINITY,
    close: async () => undefined,
  }
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    if (mirror.log.length >= mirror.awayAfter) {
      request.socket.destroy()
      return
    }
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://mirror').pathname)
    const file = fileOf(path)
    if (file === null || !existsSync(file) || !statSync(file).isFile()) {
      response.writeHead(404).end()
      return
    }
    const bytes = readFileSync(file)
    const asked = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '')
    const [first, last] =
      asked && mirror.ranges ? [Number(asked[1]), Number(asked[2] || bytes.length - 1)] : [0, bytes.length - 1]
    const body = bytes.subarray(first, last + 1)
    const isWhole = !(asked && mirror.ranges)
    response.writeHead(isWhole ? 200 : 206, {
      'content-length': body.length,
      etag: `"${createHash('sha256').update(bytes).digest('hex')}"`,
      ...(isWhole ? {} : { 'content-range': `bytes ${first}-${first + body.length - 1}/${bytes.length}` }),
    })
    const isCut = mirror.cutAfter !== null && body.length > mirror.cutAfter
    const sent = isCut ? body.subarray(0, mirror.cutAfter ?? 0) : body
    mirror.log.push({ path, from: first, sent: sent.length })
    const wait = (): void => {
      // Answers of one byte are about the size of a file and never stored.
      const total = mirror.log.reduce((n, l) => n + (l.sent > 1 ? l.sent : 0), 0)
      if (response.destroyed) return
      if (mirror.taken() >= total) response.destroy()
      else setTimeout(wait, 5)
    }
    if (isCut) response.write(sent, wait)
    else response.end(sent)
  }
  const server: Server = createServer(answer)
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  mirror.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  mirror.close = () =>
    new Promise((done) => {
      server.close(() => done())
      server.closeAllConnections()
    })
  return mirror
}

const FACTS: ModelFacts = {
  name: 'Tiny',
  family: 'tiny',
  architecture: 'LlamaForCausalLM',
  parameters: 60_000,
  quantisation: 'q8',
  downloadMib: 1,
  licence: { name: 'Apache-2.0', url: null, acceptance: false },
  gpu: [],
  memoryMib: 10,
  contextTokens: 256,
  languages: ['en'],
  device: 'kiosk',
  run: 'tests',
}
const SIDE = ['config.json', 'generation_config.json', 'tokenizer.json', 'tokenizer_config.json']

/** An offer of one of the families; hashes are known when `folder` is given. */
export const offerOf = (
  id: string,
  architecture: string,
  weights: readonly string[],
  { folder, facts = {} }: { folder?: string; facts?: Partial<ModelFacts> } = {},
): ModelOffer => ({
  id,
  engine: 'transformers',
  task: 'text-generation',
  facts: { ...FACTS, architecture, ...facts },
  source: {
    how: 'pull',
    layout: 'onnx',
    upstream: 'hub',
    repository: `maker/${id}`,
    revision: 'main',
    files: [...SIDE, ...weights].map((path) => (folder ? knownFile(folder, path) : { path })),
  },
})

export const mlcOffer = (id: string): ModelOffer => ({
  ...offerOf(id, 'LlamaForCausalLM', []),
  engine: 'webllm',
  facts: { ...FACTS, quantisation: 'q4f32_1', gpu: ['webgpu'] },
  source: {
    how: 'pull',
    layout: 'mlc',
    upstream: 'hub',
    repository: `maker/${id}`,
    revision: 'main',
    files: [],
    library: { upstream: 'hub', repository: 'maker/libs', revision: 'main', file: { path: 'v1/tiny-webgpu.wasm' } },
  },
})

const knownFile = (folder: string, path: string): SourceFile => {
  const bytes = readFileSync(join(folder, path))
  return { path, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') }
}

export type Shop = {
  folder: string
  shards: string
  store: string
  /** Runs a command over this shop's catalogue and store. */
  models(...args: string[]): Promise<{ code: number; text: string }>
  deps: Partial<ModelsDeps>
  /** Bytes that were stored. */
  appended: number
  close(): void
}

/** A catalogue with these offers and an empty store, in a folder of its own; shards of 32 KiB, so that tiny files have several. */
export const openShop = (offers: readonly ModelOffer[]): Shop => {
  const folder = mkdtempSync(join(tmpdir(), 'anteroom-shop-'))
  const shards = join(folder, 'model-shards')
  const store = join(folder, 'data', 'models')
  mkdirSync(shards)
  const upstreams = { hub: 'http://127.0.0.1:9/{repository}/{revision}/{path}' }
  writeFileSync(join(shards, 'catalog.json'), JSON.stringify({ upstreams, models: [], offers }))
  const shop: Shop = {
    folder,
    shards,
    store,
    appended: 0,
    deps: {
      tty: false,
      disk: {
        ...realDisk,
        append: async (file, bytes) => {
          await realDisk.append(file, bytes)
          shop.appended += bytes.byteLength
        },
      },
      shardBytes: 32 * 1024,
      parallel: 2,
      waitMs: () => 5,
    },
    models: async (...args) => {
      const lines: string[] = []
      const code = await runModels([...args, '--shards', shards, '--store', store], (line) => lines.push(line), shop.deps)
      return { code, text: lines.join('\n') }
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  }
  return shop
}
