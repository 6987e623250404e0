import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import type { ContentBundle } from '#contracts/content/bundle.ts'
import type { IndexManifest } from '#contracts/content/index-manifest.ts'
import { ModelCatalog } from '#contracts/workers/model.ts'

const REPOSITORY = resolve(import.meta.dirname, '../..')

/** The build of `npm start`; `ANTEROOM_DIST` names another. */
const builtSite = (): string => {
  const dist = resolve(REPOSITORY, process.env.ANTEROOM_DIST ?? 'dist')
  if (!existsSync(join(dist, 'index.html'))) throw new Error('no build: run `node scripts/start.mjs --build-only` first')
  return dist
}

/** `none`: no language model at all, which is quick where a test is about something else. `damaged`: one bit turned over. */
export type Models = 'bundled' | 'damaged' | 'none'
/** `strict`: the clinic's safety phrases also forbid words that every assessment must hold, so none can pass. */
export type Content = 'shipped' | 'strict'

export type SiteFolder = { readonly path: string; serve(models: Models, content: Content): void; remove(): void }

const json = <T>(file: string): T => JSON.parse(readFileSync(file, 'utf8')) as T
const catalogOf = (folder: string): ModelCatalog => ModelCatalog.parse(json(join(folder, 'catalog.json')))

/** The build's folder of models without its language model; the embedder stays. */
const makeNone = (bundled: string, to: string): void => {
  const embedders = catalogOf(bundled).models.filter((m) => m.task === 'feature-extraction')
  for (const { manifest } of embedders) cpSync(join(bundled, dirname(manifest)), join(to, dirname(manifest)), { recursive: true })
  writeFileSync(join(to, 'catalog.json'), JSON.stringify({ models: embedders }))
}

/** The same files with one bit of the last weight shard turned over. */
const makeDamaged = (bundled: string, to: string): void => {
  cpSync(bundled, to, { recursive: true })
  const entry = catalogOf(bundled).models.find((m) => m.task === 'text-generation' && m.default)
  if (!entry) throw new Error('the build has no language model')
  const folder = join(to, dirname(entry.manifest), 'onnx')
  const shard = join(folder, readdirSync(folder).sort().at(-1) ?? '')
  const bytes = readFileSync(shard)
  bytes.writeUInt8(bytes.readUInt8(bytes.length >> 1) ^ 1, bytes.length >> 1)
  writeFileSync(shard, bytes)
}

/** The shipped content with one more forbidden phrase, under a manifest that names its new hash. */
const makeStrict = (shipped: string, to: string): void => {
  cpSync(shipped, to, { recursive: true })
  const bundle = json<ContentBundle>(join(to, 'content.json'))
  bundle.safety.en.leaks.push('preliminary assessment')
  const text = JSON.stringify(bundle)
  writeFileSync(join(to, 'content.json'), text)
  const manifest = json<IndexManifest>(join(to, 'manifest.json'))
  const files = { ...manifest.files, 'content.json': createHash('sha256').update(text).digest('hex') }
  writeFileSync(join(to, 'manifest.json'), JSON.stringify({ ...manifest, files }))
}

/** A copy of the built site whose models and content a test can exchange while the server runs. */
export const makeSiteFolder = (): SiteFolder => {
  const dist = builtSite()
  const root = mkdtempSync(join(tmpdir(), 'anteroom-site-'))
  const path = join(root, 'dist')
  const [models, knowledge] = [join(dist, 'model-shards'), join(dist, 'knowledge')]
  cpSync(dist, path, { recursive: true, filter: (from) => from !== models && from !== knowledge })
  const kept = join(root, 'kept')
  cpSync(models, join(kept, 'bundled'), { recursive: true })
  cpSync(knowledge, join(kept, 'shipped'), { recursive: true })
  const make = { damaged: makeDamaged, none: makeNone, strict: makeStrict }
  const show = (at: string, origin: string, which: keyof typeof make | 'bundled' | 'shipped'): void => {
    const folder = join(kept, which)
    if (which !== 'bundled' && which !== 'shipped' && !existsSync(folder)) make[which](join(kept, origin), folder)
    rmSync(join(path, at), { force: true })
    symlinkSync(folder, join(path, at), 'dir')
  }
  const serve: SiteFolder['serve'] = (wanted, content) => {
    show('model-shards', 'bundled', wanted)
    show('knowledge', 'shipped', content)
  }
  serve('bundled', 'shipped')
  return { path, serve, remove: () => rmSync(root, { recursive: true, force: true }) }
}
