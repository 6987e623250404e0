import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { err, type Result } from '#contracts/result.ts'
import type { FileSource, ModelCatalog, ModelOffer } from '#contracts/wire/model-catalog.ts'
import type { ModelsDeps } from './deps.ts'
import { acceptance, finishModel, sayFinished, wholeModel } from './finish.ts'
import { CHAT_CONFIG, checkPromise, describeMlc, describeOnnx, listedFiles, OLD_TENSOR_CACHE, TENSOR_CACHE } from './layouts.ts'
import { explain, Refusal, type StoreError } from './refusal.ts'
import type { PrivateJwk } from './signature.ts'
import { changingStore, listRow, workFolder } from './store.ts'
import { type DownloadDeps, download, type Parts, type Wanted } from './transfer/download.ts'
import { type Mirror, mirrorAt, publishers } from './transfer/mirror.ts'
import { progressOf } from './transfer/progress.ts'

export type PullOptions = {
  store: string
  mirror: string | undefined
  /** True when the person said that the publishers' own addresses may be asked. */
  upstream: boolean
  acceptLicence: boolean
  key: PrivateJwk | null
}

/** Brings one model of the catalogue into the store. Nothing is asked of the network before everything else is settled. */
export const pull = async (catalog: ModelCatalog, id: string, options: PullOptions, deps: ModelsDeps): Promise<number> => {
  const { say } = deps
  if (catalog.models.some((m) => m.id === id)) {
    say(`${id} is bundled: nothing to fetch`)
    return 0
  }
  const offer = offerOf(catalog, id)
  const { source } = offer
  if (source.how === 'serve') throw new Refusal(`${id} is too large for a browser; serve ${source.repository}: ${source.note}`)
  requireLicence(offer, options.acceptLicence)
  const mirror = mirrorOf(catalog, offer, source, options)
  return changingStore(options.store, deps.now(), async () => {
    const row = { id, engine: offer.engine, task: offer.task, default: false, facts: offer.facts }
    if (await wholeModel(options.store, id)) {
      await listRow(options.store, { ...row, manifest: `${id}/manifest.json` })
      say(`${id} is in the store already, every byte as it should be: nothing to fetch`)
      return 0
    }
    const work = workFolder(options.store, id)
    const stop = new AbortController()
    const came = source.layout === 'mlc' ? fetchMlc : fetchOnnx
    const parts = await came(offer, source, (folder) => downloadDeps(join(work, folder), mirror, stop.signal, deps))
    if (!parts.ok) throw new Refusal(`${id}: ${explain(parts.error)}`)
    const at = deps.now().toISOString()
    const licence = acceptance(offer, options.acceptLicence, deps.now()) ?? { name: '', url: null, acceptedAt: null }
    const done = await finishModel(
      parts.value,
      { about: aboutOf(offer, source.revision), row, provenance: { from: `${mirror.name} ${source.repository}`, at, licence } },
      { store: options.store, work, key: options.key, deps },
    )
    if (!done.ok) throw new Refusal(`${id}: ${explain(done.error)}`)
    sayFinished(id, done.value, options.key !== null, say)
    return 0
  })
}

export const offerOf = (catalog: ModelCatalog, id: string): ModelOffer => {
  const offer = catalog.offers?.find((o) => o.id === id)
  if (!offer) throw new Refusal(`no model ${id} in the catalogue; npm run models -- list shows all`)
  return offer
}

export const requireLicence = ({ id, facts }: ModelOffer, accepted: boolean): void => {
  const { name, url, acceptance: isNeeded, note } = facts.licence
  if (isNeeded && !accepted)
    throw new Refusal(
      `${id} comes under the ${name}${url ? ` (${url})` : ''}${note ? `: ${note}` : ''}. Read it, then add --accept-licence`,
    )
}

export const aboutOf = ({ id, task, facts }: ModelOffer, version: string) => ({
  id,
  version,
  task,
  architecture: facts.architecture,
  parameters: facts.parameters,
  contextTokens: facts.contextTokens,
  licence: facts.licence.name,
})

const mirrorOf = (catalog: ModelCatalog, { id }: ModelOffer, source: FileSource, options: PullOptions): Mirror => {
  if (options.mirror !== undefined) {
    if (!/^https?:\/\/[^/]/.test(options.mirror)) throw new Refusal('--mirror is an address that begins with http:// or https://')
    return mirrorAt(options.mirror)
  }
  if (source.how === 'convert')
    throw new Refusal(`${id}: ${source.note ?? 'nobody publishes this layout'} Then: npm run models -- import DIR --id ${id}`)
  if (!options.upstream)
    throw new Refusal(
      `${id} is fetched from outside the clinic: name a mirror (--mirror URL), or say --upstream to ask the publisher of ${source.repository}`,
    )
  return publishers(catalog.upstreams ?? {})
}

const downloadDeps = (folder: string, mirror: Mirror, signal: AbortSignal, deps: ModelsDeps): DownloadDeps => {
  const progress = progressOf('download', deps.tty, deps.say)
  const { disk, shardBytes, parallel, waitMs } = deps
  return { mirror, folder, disk, shardBytes, parallel, waitMs, onTotal: progress.total, onBytes: progress.add, signal }
}

type Fetch = (
  offer: ModelOffer,
  source: FileSource,
  into: (folder: string) => DownloadDeps,
) => Promise<Result<Parts[], StoreError>>

const fetchOnnx: Fetch = async ({ facts }, source, into) => {
  const parts = await download(listedFiles(source), into('files'))
  if (!parts.ok) return parts
  const config = parts.value.find((p) => p.wanted.path === 'config.json')
  if (!config) return err({ type: 'wrong-layout', path: 'config.json' })
  const found = describeOnnx(await readParts(config))
  const problem = found.ok ? checkPromise(facts, found.value) : found.error
  return problem ? err(problem) : parts
}

/** MLC's own two lists say which files there are, how large each is and its MD5; they are fetched first. */
const fetchMlc: Fetch = async ({ facts }, source, into) => {
  const { upstream, repository, revision } = source
  const wantedAt = (path: string, name = path): Wanted => ({ path: name, place: { upstream, repository, revision, path } })
  const head = async (cache: string) => download([wantedAt(CHAT_CONFIG), wantedAt(cache, TENSOR_CACHE)], into('lists'))
  let cache = TENSOR_CACHE
  let lists = await head(cache)
  if (!lists.ok && lists.error.type === 'not-on-mirror' && lists.error.path === TENSOR_CACHE) {
    cache = OLD_TENSOR_CACHE
    lists = await head(cache)
  }
  if (!lists.ok) return lists
  const [config, tensors] = await Promise.all(lists.value.map(readParts))
  const read = describeMlc(config ?? new Uint8Array(), tensors ?? new Uint8Array())
  if (!read.ok) return read
  const problem = checkPromise(facts, read.value.described)
  if (problem) return err(problem)
  const known = new Map(source.files.map((f) => [f.path, f]))
  const all = [
    wantedAt(CHAT_CONFIG),
    wantedAt(cache, TENSOR_CACHE),
    ...read.value.files.map((file) => ({ ...wantedAt(file.path), ...file })),
  ].map((file) => ({ ...file, ...known.get(file.path) }))
  const library = listedFiles({ ...source, files: [] })
  return download([...all, ...library], into('files'))
}

const readParts = async ({ parts }: Parts): Promise<Uint8Array> => Buffer.concat(await Promise.all(parts.map((p) => readFile(p))))
