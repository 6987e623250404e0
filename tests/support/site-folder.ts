import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { ModelCatalog } from '#contracts/workers/model.ts'

const REPOSITORY = resolve(import.meta.dirname, '../..')
const TINY = join(REPOSITORY, 'tests', 'fixtures', 'tiny-llama', 'model-shards')

/** The build of `npm start`; `ANTEROOM_DIST` names another. */
export const builtSite = (): string => {
  const dist = resolve(REPOSITORY, process.env.ANTEROOM_DIST ?? 'dist')
  if (!existsSync(join(dist, 'index.html'))) throw new Error('no build: run `node scripts/start.mjs --build-only` first')
  return dist
}

/**
 * `bundled`: what the build brought. `tiny`: a whole model that writes nonsense. `damaged`: the bundled one, one bit turned
 * over. `none`: no language model at all, which is quick where a test is about something else.
 */
export type Models = 'bundled' | 'tiny' | 'damaged' | 'none'

export type SiteFolder = { readonly path: string; serveModels(which: Models): void; remove(): void }

/** Reads a catalog as the page would. */
const catalogOf = (folder: string): ModelCatalog =>
  ModelCatalog.parse(JSON.parse(readFileSync(join(folder, 'catalog.json'), 'utf8')))

/** The build's folder of models without its language model; the embedder stays. */
const makeNone = (bundled: string, to: string): ModelCatalog['models'] => {
  const embedders = catalogOf(bundled).models.filter((m) => m.task === 'feature-extraction')
  for (const { manifest } of embedders) cpSync(join(bundled, dirname(manifest)), join(to, dirname(manifest)), { recursive: true })
  writeFileSync(join(to, 'catalog.json'), JSON.stringify({ models: embedders }))
  return embedders
}

/** The tiny model in place of the bundled one. */
const makeTiny = (bundled: string, to: string): void => {
  const embedders = makeNone(bundled, to)
  cpSync(TINY, to, { recursive: true })
  writeFileSync(join(to, 'catalog.json'), JSON.stringify({ models: [...embedders, ...catalogOf(TINY).models] }))
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

/** The built site as links, so that a test can put other models behind the same address while the server runs. */
export const makeSiteFolder = (): SiteFolder => {
  const dist = builtSite()
  const root = mkdtempSync(join(tmpdir(), 'anteroom-site-'))
  const path = join(root, 'dist')
  const models = join(path, 'model-shards')
  const bundled = join(dist, 'model-shards')
  cpSync(dist, path, { recursive: true, filter: (from) => from !== bundled })
  const make = { bundled: () => undefined, tiny: makeTiny, damaged: makeDamaged, none: makeNone }
  const serveModels = (which: Models): void => {
    const folder = which === 'bundled' ? bundled : join(root, which)
    if (!existsSync(folder)) make[which](bundled, folder)
    rmSync(models, { force: true })
    symlinkSync(folder, models, 'dir')
  }
  serveModels('bundled')
  return { path, serveModels, remove: () => rmSync(root, { recursive: true, force: true }) }
}
