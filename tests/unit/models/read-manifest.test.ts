import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { ModelCatalog } from '#contracts/workers/model.ts'
import { diskShards } from '#workers/inference/engines/node.ts'
import { readManifest } from '#workers/inference/model/read-manifest.ts'
import type { Bytes, ShardSource } from '#workers/inference/model/shard-source.ts'
import { makeKey, type PrivateJwk, publicHalf, signManifest } from '../../../scripts/models/signature.ts'

const AT = 'bundled/m/manifest.json'
const MANIFEST = JSON.stringify({
  id: 'm',
  version: '1',
  task: 'text-generation',
  architecture: 'x',
  parameters: 1,
  contextTokens: 1,
  licence: 'x',
  files: [{ path: 'a', bytes: 1, sha256: 'a'.repeat(64), shards: [{ path: 'a.0', bytes: 1, sha256: 'a'.repeat(64) }] }],
  hash: 'b'.repeat(64),
})
const bytes = (text: string): Bytes => new TextEncoder().encode(text)
const sourceOf = (files: Record<string, string>): ShardSource => ({
  fetch: async (path) => ({ status: path in files ? 200 : 404, bytes: path in files ? bytes(files[path] ?? '') : null }),
})

let key: PrivateJwk
let trusted: string
let signature: string
beforeAll(async () => {
  key = await makeKey()
  trusted = JSON.stringify({ keys: [publicHalf(key)] })
  signature = await signManifest(bytes(MANIFEST), key)
})
const signed = () => ({ [AT]: MANIFEST, 'bundled/m/manifest.jws': signature, 'trusted-keys.json': trusted })
const refused = (path: string) => ({ ok: false, error: { type: 'manifest-invalid', path } })

describe('a manifest on the device', () => {
  it('is read when a release key of the app signed these bytes', async () => {
    expect(await readManifest(sourceOf(signed()), AT)).toMatchObject({ ok: true, value: { id: 'm' } })
  })
  it('is refused when one byte is another, even one that JSON does not see', async () => {
    const changed = { ...signed(), [AT]: MANIFEST.replace('{', '{ ') }
    expect(await readManifest(sourceOf(changed), AT)).toEqual(refused('bundled/m/manifest.jws'))
  })
  it('is refused without a signature, or with one by a key that the app does not name', async () => {
    const { 'bundled/m/manifest.jws': _, ...unsigned } = signed()
    expect(await readManifest(sourceOf(unsigned), AT)).toEqual(refused('bundled/m/manifest.jws'))
    const foreign = { ...signed(), 'bundled/m/manifest.jws': await signManifest(bytes(MANIFEST), await makeKey()) }
    expect(await readManifest(sourceOf(foreign), AT)).toEqual(refused('bundled/m/manifest.jws'))
  })
  it('is refused when the list of keys cannot be read', async () => {
    expect(await readManifest(sourceOf({ ...signed(), 'trusted-keys.json': '{' }), AT)).toEqual(refused('trusted-keys.json'))
  })
  it('needs no signature where the app names no key, nor in the clinic’s own store', async () => {
    expect((await readManifest(sourceOf({ [AT]: MANIFEST }), AT)).ok).toBe(true)
    const none = { [AT]: MANIFEST, 'trusted-keys.json': '{"keys":[]}' }
    expect((await readManifest(sourceOf(none), AT)).ok).toBe(true)
    const store = { '/models/m/manifest.json': MANIFEST, 'trusted-keys.json': trusted }
    expect((await readManifest(sourceOf(store), '/models/m/manifest.json')).ok).toBe(true)
  })
  it('of every bundled model is signed by a key that ships', async () => {
    const shards = diskShards('model-shards')
    expect((await shards.fetch('trusted-keys.json', () => undefined)).status).toBe(200)
    const { models } = ModelCatalog.parse(JSON.parse(readFileSync('model-shards/catalog.json', 'utf8')))
    for (const { id, manifest } of models) expect(await readManifest(shards, manifest)).toMatchObject({ ok: true, value: { id } })
  })
})
