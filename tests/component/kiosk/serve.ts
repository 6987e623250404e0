import { readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'
import { build } from 'vite'
import { loadContent } from '../../../scripts/content/load-content.ts'

/** The headers of DESIGN, section 6, with Trusted Types. */
const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
}
const TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
}

/** Builds the harness as production is built, with the real content, and serves it under the real policy. */
export const serveKiosk = async (outDir: string): Promise<{ url: string; close: () => Promise<void> }> => {
  await build({
    configFile: false,
    root: join(import.meta.dirname, 'harness'),
    logLevel: 'error',
    build: { outDir, emptyOutDir: true, target: 'es2023', modulePreload: false },
  })
  const { lexicon, protocols, cues, score, limits } = loadContent()
  if (!cues || !score || !limits) throw new Error('the knowledge index does not load: run npm run check:content')
  const content = {
    lexicon: lexicon.map((e) => e.value),
    protocols: protocols.map((p) => p.value),
    cues: cues.value,
    vitals: { score: score.value, limits: limits.value },
  }
  await writeFile(join(outDir, 'content.json'), JSON.stringify(content))
  const server = createServer(async (request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname
    const file = join(outDir, path === '/' ? 'index.html' : normalize(path))
    try {
      const bytes = await readFile(file)
      response.writeHead(200, { ...HEADERS, 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' }).end(bytes)
    } catch {
      response.writeHead(404, HEADERS).end()
    }
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () => new Promise((done) => server.close(() => done())),
  }
}
