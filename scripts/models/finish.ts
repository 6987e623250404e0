import { existsSync, readFileSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { ok, type Result } from '#contracts/result.ts'
import type { ModelOffer, ModelRow } from '#contracts/wire/model-catalog.ts'
import { ModelManifest } from '#contracts/workers/model.ts'
import { durableFiles } from '#server/durable/durable-files.ts'
import { manifestHash } from '#workers/inference/model/verified-files.ts'
import { checkFolder } from './check-folder.ts'
import type { ModelsDeps } from './deps.ts'
import type { StoreError } from './refusal.ts'
import { type PrivateJwk, signManifest } from './signature.ts'
import { PROVENANCE, publish, SIGNATURE } from './store.ts'
import type { Parts } from './transfer/download.ts'
import { progressOf } from './transfer/progress.ts'
import { sealFile } from './transfer/seal.ts'

/** All of a manifest that does not follow from the files. */
export type About = Omit<ModelManifest, 'files' | 'hash'>

/** Where a model came from, kept beside it: never sent to a device. */
export type Provenance = {
  from: string
  at: string
  licence: { name: string; url: string | null; acceptedAt: string | null }
  /** Files whose hash nobody had published: the manifest records what came. */
  notKnownBefore: string[]
}

export type Finished = { manifest: ModelManifest; notKnownBefore: string[] }

/** Hashes what came, cuts it into a manifest, signs it when there is a key, and publishes it in one step. */
export const finishModel = async (
  parts: readonly Parts[],
  { about, row, provenance }: { about: About; row: Omit<ModelRow, 'manifest'>; provenance: Omit<Provenance, 'notKnownBefore'> },
  { store, work, key, deps }: { store: string; work: string; key: PrivateJwk | null; deps: ModelsDeps },
): Promise<Result<Finished, StoreError>> => {
  const staging = join(work, 'publish')
  await rm(staging, { recursive: true, force: true })
  await mkdir(staging, { recursive: true, mode: 0o700 })
  const progress = progressOf('verify', deps.tty, deps.say)
  progress.total(
    parts.reduce((n, p) => n + p.bytes, 0),
    0,
  )
  const files = []
  for (const part of parts) {
    const sealed = await sealFile(part, staging, progress.add)
    if (!sealed.ok) {
      progress.end()
      return sealed
    }
    files.push(sealed.value)
  }
  progress.end()
  const manifest = ModelManifest.parse({ ...about, files, hash: await manifestHash(files) })
  const text = `${JSON.stringify(manifest, null, 2)}\n`
  const notKnownBefore = parts.filter(isUnknown).map((p) => p.wanted.path)
  const origin: Provenance = { ...provenance, notKnownBefore }
  await durableFiles.replace(join(staging, PROVENANCE), `${JSON.stringify(origin, null, 2)}\n`)
  if (key) await durableFiles.replace(join(staging, SIGNATURE), `${await signManifest(new TextEncoder().encode(text), key)}\n`)
  await durableFiles.replace(join(staging, 'manifest.json'), text)
  await publish(store, staging, { ...row, manifest: `${row.id}/manifest.json` })
  return ok({ manifest, notKnownBefore })
}

const isUnknown = ({ wanted }: Parts): boolean => wanted.sha256 === undefined && wanted.md5 === undefined

/** The manifest of a model that is already in the store, when every byte of it is right. */
export const wholeModel = async (store: string, id: string): Promise<ModelManifest | null> => {
  const file = join(store, id, 'manifest.json')
  if (!existsSync(file)) return null
  try {
    const read = ModelManifest.safeParse(JSON.parse(readFileSync(file, 'utf8')))
    if (!read.success || read.data.id !== id) return null
    return (await checkFolder(read.data, join(store, id), () => undefined)).ok ? read.data : null
  } catch {
    return null
  }
}

/** Says what a person must know once a model is in the store. */
export const sayFinished = (id: string, { manifest, notKnownBefore }: Finished, signed: boolean, say: (line: string) => void) => {
  const bytes = manifest.files.reduce((n, f) => n + f.bytes, 0)
  if (notKnownBefore.length > 0)
    say(`hashes not known beforehand, recorded as they came: ${notKnownBefore.join(', ')}; compare them with the publisher's`)
  say(`${id}: in the store, ${(bytes / 2 ** 20).toFixed(1)} MiB, hash ${manifest.hash}, ${signed ? 'signed' : 'unsigned'}`)
}

export const acceptance = (offer: ModelOffer | null, accepted: boolean, now: Date): Provenance['licence'] | null => {
  if (!offer) return null
  const { name, url, acceptance: isNeeded } = offer.facts.licence
  return { name, url, acceptedAt: isNeeded && accepted ? now.toISOString() : null }
}
