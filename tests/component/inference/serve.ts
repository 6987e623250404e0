import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize, resolve } from 'node:path'
import { build } from 'vite'

const REPOSITORY = resolve(import.meta.dirname, '../../..')
const TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
  '.json': 'application/json',
}

/** The headers of DESIGN, section 6; Trusted Types on top, since they decide how workers may be made. */
const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-resource-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
}

export type Site = {
  url: string
  /** Paths asked for, in order. */
  requests: string[]
  /** Changes bytes on their way out, by path; null answers 404. */
  tamper: Map<string, ((bytes: Buffer) => Buffer) | null>
  close(): Promise<void>
}

/** Builds the harness page as production would be and serves it with its model and ONNX Runtime's files. */
export const serveHarness = async (outDir: string, shards: string): Promise<Site> => {
  await build({
    configFile: false,
    root: join(import.meta.dirname, 'harness'),
    logLevel: 'error',
    resolve: { conditions: ['onnxruntime-web-use-extern-wasm', 'module', 'browser', 'production'] },
    worker: { format: 'es' },
    build: { outDir, emptyOutDir: true, target: 'es2022', modulePreload: false },
  })
  const requests: string[] = []
  const tamper: Site['tamper'] = new Map()
  const fileOf = (path: string): string => {
    if (path.startsWith('/ort/')) return join(REPOSITORY, 'node_modules/onnxruntime-web/dist', normalize(path.slice(5)))
    if (path.startsWith('/model-shards/')) return join(shards, normalize(path.slice('/model-shards/'.length)))
    return join(outDir, path === '/' ? 'index.html' : normalize(path))
  }
  const server = createServer(async (request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname
    requests.push(path)
    try {
      const change = tamper.get(path)
      if (change === null) throw new Error('missing')
      const bytes = await readFile(fileOf(path))
      response.writeHead(200, { ...HEADERS, 'content-type': TYPES[extname(fileOf(path))] ?? 'application/octet-stream' })
      response.end(change ? change(bytes) : bytes)
    } catch {
      response.writeHead(404, HEADERS).end()
    }
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    requests,
    tamper,
    close: () => new Promise((done) => server.close(() => done())),
  }
}
