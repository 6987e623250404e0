import { createReadStream, existsSync } from 'node:fs'
import { cp, mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { InnerPath, type ModelCatalog, ModelId } from '#contracts/wire/model-catalog.ts'
import { ModelManifest } from '#contracts/workers/model.ts'
import { checkFolder } from './check-folder.ts'
import type { ModelsDeps } from './deps.ts'
import { acceptance, finishModel, sayFinished } from './finish.ts'
import {
  CHAT_CONFIG,
  checkPromise,
  type Described,
  describeMlc,
  describeOnnx,
  OLD_TENSOR_CACHE,
  TENSOR_CACHE,
} from './layouts.ts'
import { aboutOf, offerOf, requireLicence } from './pull.ts'
import { explain, Refusal } from './refusal.ts'
import type { PrivateJwk } from './signature.ts'
import { changingStore, publish, workFolder } from './store.ts'
import { cutInto, isDiskFull, sizeOf } from './transfer/disk.ts'
import { type Parts, partName } from './transfer/download.ts'

export type ImportOptions = {
  store: string
  id: string | undefined
  licence: string | undefined
  parameters: string | undefined
  context: string | undefined
  acceptLicence: boolean
  key: PrivateJwk | null
}

type Source = { path: string; file: string; md5?: string }

/**
 * Publishes a folder of this machine: one of ours with a manifest (the training pipeline's; taken as it is, signature and
 * all), one in MLC's layout, or one in transformers.js' layout.
 */
export const importFolder = async (
  catalog: ModelCatalog,
  folder: string,
  options: ImportOptions,
  deps: ModelsDeps,
): Promise<number> => {
  if (existsSync(join(folder, 'manifest.json'))) return importOurs(catalog, folder, options, deps)
  const id = options.id ?? ''
  if (!ModelId.safeParse(id).success) throw new Refusal('import needs --id: an id of the catalogue, or a new one')
  refuseBundled(catalog, id)
  const offer = catalog.offers?.some((o) => o.id === id) ? offerOf(catalog, id) : null
  if (offer) requireLicence(offer, options.acceptLicence)
  const isMlc = existsSync(join(folder, CHAT_CONFIG))
  const { sources, described } = isMlc ? await readMlc(folder) : await readOnnx(folder)
  const problem = offer ? checkPromise(offer.facts, described) : null
  if (problem) throw new Refusal(`${id}: ${explain(problem)}`)
  const about = offer ? aboutOf(offer, 'import') : aboutUnknown(id, described, options)
  const kind = { id, engine: isMlc ? ('webllm' as const) : ('transformers' as const), task: 'text-generation' as const }
  return changingStore(options.store, deps.now(), async () => {
    const work = workFolder(options.store, id)
    const parts = await copyParts(sources, join(work, 'files'), deps)
    const licence = acceptance(offer, options.acceptLicence, deps.now()) ?? { name: about.licence, url: null, acceptedAt: null }
    const done = await finishModel(
      parts,
      {
        about,
        row: { ...kind, default: false, ...(offer ? { facts: offer.facts } : {}) },
        provenance: { from: 'import', at: deps.now().toISOString(), licence },
      },
      { store: options.store, work, key: options.key, deps },
    )
    if (!done.ok) throw new Refusal(`${id}: ${explain(done.error)}`)
    sayFinished(id, done.value, options.key !== null, deps.say)
    return 0
  })
}

export const refuseBundled = (catalog: ModelCatalog, id: string): void => {
  if (catalog.models.some((m) => m.id === id)) throw new Refusal(`${id} is bundled: it comes and goes with a release`)
}

/** A folder with a manifest of ours keeps it byte for byte: a signature over it stays good. */
const importOurs = async (catalog: ModelCatalog, folder: string, options: ImportOptions, deps: ModelsDeps): Promise<number> => {
  const read = ModelManifest.safeParse(JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8').catch(() => 'null')))
  if (!read.success) throw new Refusal(`${folder}: manifest-invalid`)
  const manifest = read.data
  const { id } = manifest
  if (!ModelId.safeParse(id).success) throw new Refusal(`${folder}: an id like ${id} cannot be a folder of the store`)
  refuseBundled(catalog, id)
  const checked = await checkFolder(manifest, folder, () => undefined)
  if (!checked.ok) throw new Refusal(`${folder}: ${checked.error.type}, ${checked.error.path}`)
  const engine = manifest.files.some((f) => f.path === CHAT_CONFIG) ? ('webllm' as const) : ('transformers' as const)
  return changingStore(options.store, deps.now(), async () => {
    const staging = join(workFolder(options.store, id), 'publish')
    await rm(staging, { recursive: true, force: true })
    await mkdir(staging, { recursive: true, mode: 0o700 })
    const shards = manifest.files.flatMap((f) => f.shards.map((s) => s.path))
    const signature = existsSync(join(folder, 'manifest.jws')) ? ['manifest.jws'] : []
    for (const path of ['manifest.json', ...signature, ...shards]) {
      if (!InnerPath.safeParse(path).success) throw new Refusal(`${folder}: manifest-invalid, ${path}`)
      await cp(join(folder, path), join(staging, path))
    }
    await publish(options.store, staging, { id, engine, task: manifest.task, manifest: `${id}/manifest.json`, default: false })
    sayFinished(id, { manifest, notKnownBefore: [] }, signature.length > 0, deps.say)
    return 0
  })
}

const readMlc = async (folder: string): Promise<{ sources: Source[]; described: Described }> => {
  const cache = existsSync(join(folder, TENSOR_CACHE)) ? TENSOR_CACHE : OLD_TENSOR_CACHE
  const read = describeMlc(await bytesOf(folder, CHAT_CONFIG), await bytesOf(folder, cache))
  if (!read.ok) throw new Refusal(`${folder}: ${explain(read.error)}`)
  const listed = read.value.files.map(({ path, md5 }) => ({ path, file: join(folder, path), ...(md5 ? { md5 } : {}) }))
  const libraries = (await readdir(folder)).filter((name) => name.endsWith('.wasm'))
  const sources: Source[] = [
    { path: CHAT_CONFIG, file: join(folder, CHAT_CONFIG) },
    { path: TENSOR_CACHE, file: join(folder, cache) },
    ...listed,
    ...libraries.map((path) => ({ path, file: join(folder, path) })),
  ]
  return { sources, described: read.value.described }
}

/** Files that transformers.js reads; readme, originals and the like stay where they are. */
const ONNX_FILES =
  /^(config|generation_config|tokenizer|tokenizer_config|special_tokens_map|preprocessor_config)\.json$|^chat_template\.jinja$|^onnx\/[^/]+\.onnx(_data(_\d+)?)?$/

const readOnnx = async (folder: string): Promise<{ sources: Source[]; described: Described }> => {
  const read = describeOnnx(await bytesOf(folder, 'config.json'))
  if (!read.ok) throw new Refusal(`${folder}: ${explain(read.error)}`)
  const names = (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .filter((path) => ONNX_FILES.test(path))
    .sort()
  for (const needed of ['tokenizer.json', 'tokenizer_config.json'])
    if (!names.includes(needed)) throw new Refusal(`${folder}: ${explain({ type: 'wrong-layout', path: needed })}`)
  if (!names.some((n) => n.startsWith('onnx/')))
    throw new Refusal(`${folder}: ${explain({ type: 'wrong-layout', path: 'onnx/' })}`)
  return { sources: names.map((path) => ({ path, file: join(folder, path) })), described: read.value }
}

const bytesOf = async (folder: string, path: string): Promise<Uint8Array> => {
  try {
    return await readFile(join(folder, path))
  } catch {
    throw new Refusal(`${folder}: ${explain({ type: 'wrong-layout', path })}`)
  }
}

const aboutUnknown = (id: string, found: Described, { licence, parameters, context }: ImportOptions) => {
  const number = (given: string | undefined, read: number | null, option: string): number => {
    const value = given === undefined ? read : Number(given)
    if (value === null || !Number.isInteger(value) || value <= 0) throw new Refusal(`${id}: say ${option} (a whole number)`)
    return value
  }
  if (!licence) throw new Refusal(`${id} is not in the catalogue: say under which licence it comes, --licence NAME`)
  return {
    id,
    version: 'import',
    task: 'text-generation' as const,
    architecture: found.architecture,
    parameters: number(parameters, found.parameters, '--parameters'),
    contextTokens: number(context, found.contextTokens, '--context'),
    licence,
  }
}

const copyParts = async (sources: readonly Source[], work: string, deps: ModelsDeps): Promise<Parts[]> => {
  await rm(work, { recursive: true, force: true })
  await mkdir(work, { recursive: true, mode: 0o700 })
  const sizes = await Promise.all(sources.map((s) => sizeOf(s.file)))
  const neededBytes = sizes.reduce((n, b) => n + b, 0)
  const freeBytes = await deps.disk.freeBytes(work)
  if (neededBytes > freeBytes) throw new Refusal(explain({ type: 'no-space', neededBytes, freeBytes }))
  const copied: Parts[] = []
  for (const [i, { path, file, md5 }] of sources.entries()) {
    const bytes = sizes[i] ?? 0
    if (bytes === 0) throw new Refusal(`${file}: ${explain({ type: 'wrong-layout', path })}`)
    const name = (n: number): string => partName(work, path, n)
    try {
      await cutInto(createReadStream(file), name, deps.shardBytes, deps.disk, () => undefined)
    } catch (error) {
      if (!isDiskFull(error)) throw error
      throw new Refusal(explain({ type: 'no-space', neededBytes: bytes, freeBytes: await deps.disk.freeBytes(work) }))
    }
    const parts = Array.from({ length: Math.ceil(bytes / deps.shardBytes) }, (_, n) => name(n))
    const place = { upstream: '', repository: '', revision: '', path }
    copied.push({ wanted: { path, place, bytes, ...(md5 ? { md5 } : {}) }, bytes, parts })
  }
  return copied
}
