import { describe, expect, it } from 'vitest'
import type { LoadProgress } from '#contracts/workers/inference.ts'
import type { ModelManifest } from '#contracts/workers/model.ts'
import { findModel } from '#workers/inference/model/catalog.ts'
import { sha256Hex } from '#workers/inference/model/sha256.ts'
import { type Bytes, noStore, type ShardSource, type ShardStore, withLastKnown } from '#workers/inference/model/shard-source.ts'
import { verifiedFiles } from '#workers/inference/model/verified-files.ts'

const bytes = (text: string): Bytes => new TextEncoder().encode(text)
const PARTS: Record<string, string[]> = { 'a.json': ['{}'], 'onnx/model.onnx': ['first', 'second', 'third'] }

const makeManifest = async (): Promise<ModelManifest> => {
  const files = await Promise.all(
    Object.entries(PARTS).map(async ([path, parts]) => ({
      path,
      bytes: parts.join('').length,
      sha256: await sha256Hex(bytes(parts.join(''))),
      shards: await Promise.all(
        parts.map(async (p, i) => ({ path: `${path}.${i}`, bytes: p.length, sha256: await sha256Hex(bytes(p)) })),
      ),
    })),
  )
  const hash = await sha256Hex(
    bytes(
      files
        .map((f) => `${f.path} ${f.sha256}`)
        .sort()
        .join('\n'),
    ),
  )
  return {
    id: 'm',
    version: '1',
    task: 'text-generation',
    architecture: 'x',
    parameters: 1,
    contextTokens: 1,
    licence: 'x',
    files,
    hash,
  }
}

/** A server that counts, with the right shards and whatever `change` puts in their place (null: missing). */
const makeSource = (change: Record<string, Bytes | null> = {}) => {
  const asked: string[] = []
  const source: ShardSource = {
    fetch: async (path, onBytes) => {
      asked.push(path)
      const [, file = '', index = ''] = /^(.*)\.(\d)$/.exec(path) ?? []
      const right = PARTS[file]?.[Number(index)]
      const body = path in change ? (change[path] ?? null) : right === undefined ? null : bytes(right)
      if (body) onBytes(body.byteLength)
      return { status: body ? 200 : 404, bytes: body }
    },
  }
  return { source, asked }
}
const makeStore = (): ShardStore & { kept: Map<string, Bytes> } => {
  const kept = new Map<string, Bytes>()
  return {
    kept,
    get: async (k) => kept.get(k) ?? null,
    put: async (k, v) => void kept.set(k, v),
    delete: async (k) => void kept.delete(k),
  }
}
const ALL = Object.keys(PARTS)
const ignore = (): void => undefined

describe('verifiedFiles', () => {
  it('puts shards together in order and reports bytes that only grow', async () => {
    const progress: LoadProgress[] = []
    const result = await verifiedFiles(await makeManifest(), ALL, makeSource().source, noStore, (p) => progress.push(p))
    expect(result.ok && new TextDecoder().decode(result.value.get('onnx/model.onnx'))).toBe('firstsecondthird')
    const downloaded = progress.filter((p) => p.phase === 'download').map((p) => p.loadedBytes)
    expect(downloaded).toEqual([2, 7, 13, 18])
    expect(progress.every((p) => p.totalBytes === 18)).toBe(true)
  })

  it('asks only for the files it is told to', async () => {
    const { source, asked } = makeSource()
    await verifiedFiles(await makeManifest(), ['a.json'], source, noStore, ignore)
    expect(asked).toEqual(['a.json.0'])
  })

  it('works from the store when the server is away', async () => {
    const store = makeStore()
    await verifiedFiles(await makeManifest(), ALL, makeSource().source, store, ignore)
    expect(store.kept.size).toBe(4)
    const away: ShardSource = { fetch: async () => ({ status: 0, bytes: null }) }
    expect((await verifiedFiles(await makeManifest(), ALL, away, store, ignore)).ok).toBe(true)
  })

  it('verifies the store too: a bad copy is dropped, fetched again and replaced', async () => {
    const manifest = await makeManifest()
    const store = makeStore()
    await verifiedFiles(manifest, ALL, makeSource().source, store, ignore)
    const key = manifest.files[1]?.shards[1]?.sha256 ?? ''
    store.kept.set(key, bytes('secone'))
    const { source, asked } = makeSource()
    expect((await verifiedFiles(manifest, ALL, source, store, ignore)).ok).toBe(true)
    expect(asked).toEqual(['onnx/model.onnx.1'])
    expect(store.kept.get(key)).toEqual(bytes('second'))
  })

  it.each([
    ['a changed byte', bytes('secone'), { type: 'shard-mismatch', path: 'onnx/model.onnx.1' }],
    ['a longer shard', bytes('seconds'), { type: 'shard-mismatch', path: 'onnx/model.onnx.1' }],
    ['a missing shard', null, { type: 'shard-missing', path: 'onnx/model.onnx.1', status: 404 }],
  ])('refuses %s and stores nothing of it', async (_, body, error) => {
    const store = makeStore()
    const result = await verifiedFiles(await makeManifest(), ALL, makeSource({ 'onnx/model.onnx.1': body }).source, store, ignore)
    expect(result).toEqual({ ok: false, error })
    // The shards before it were right, so the next try need not fetch them again.
    expect([...store.kept.values()].map((v) => new TextDecoder().decode(v))).toEqual(['{}', 'first'])
  })

  it('refuses shards in another order than the file was cut in', async () => {
    const manifest = await makeManifest()
    const swapped = { ...manifest, files: manifest.files.map((f) => ({ ...f, shards: [...f.shards].reverse() })) }
    const result = await verifiedFiles(swapped, ALL, makeSource().source, noStore, ignore)
    expect(result).toEqual({ ok: false, error: { type: 'manifest-invalid', path: 'onnx/model.onnx' } })
  })

  it('refuses a manifest whose list was changed after it was hashed', async () => {
    const manifest = await makeManifest()
    const forged = { ...manifest, files: manifest.files.slice(0, 1) }
    expect((await verifiedFiles(forged, ALL, makeSource().source, noStore, ignore)).ok).toBe(false)
  })
})

describe('findModel', () => {
  const source = (files: Record<string, unknown>): ShardSource => ({
    fetch: async (path) => ({
      status: path in files ? 200 : 404,
      bytes: path in files ? bytes(JSON.stringify(files[path])) : null,
    }),
  })
  const entry = { id: 'm', engine: 'transformers', task: 'text-generation', manifest: 'bundled/m/manifest.json', default: true }

  it('finds a model by id or as the default, with the folder of its shards', async () => {
    const files = { 'catalog.json': { models: [entry] }, 'bundled/m/manifest.json': await makeManifest() }
    for (const id of ['m', null]) {
      expect(await findModel(source(files), id)).toMatchObject({
        ok: true,
        value: { folder: 'bundled/m/', manifest: { id: 'm' } },
      })
    }
  })
  it.each([
    ['no catalog', {}, { type: 'shard-missing', path: 'catalog.json', status: 404 }],
    ['a catalog of another shape', { 'catalog.json': [] }, { type: 'manifest-invalid', path: 'catalog.json' }],
    ['an unknown model', { 'catalog.json': { models: [] } }, { type: 'shard-missing', path: 'catalog.json', status: 404 }],
    ['no manifest', { 'catalog.json': { models: [entry] } }, { type: 'shard-missing', path: entry.manifest, status: 404 }],
    [
      'a broken manifest',
      { 'catalog.json': { models: [entry] }, [entry.manifest]: {} },
      { type: 'manifest-invalid', path: entry.manifest },
    ],
  ])('says so when there is %s', async (_, files, error) => {
    expect(await findModel(source(files), 'm')).toEqual({ ok: false, error })
  })
})

describe('withLastKnown', () => {
  const answering = (status: number, text: string | null): ShardSource => ({
    fetch: async () => ({ status, bytes: text === null ? null : bytes(text) }),
  })
  const read = async (source: ShardSource, store: ShardStore) => {
    const { status, bytes: body } = await withLastKnown(source, store).fetch('catalog.json', ignore)
    return body ? new TextDecoder().decode(body) : status
  }
  it('gives the newest answer, the last one without a server, and no old one for a file that was taken away', async () => {
    const store = makeStore()
    expect(await read(answering(0, null), store)).toBe(0)
    expect(await read(answering(200, 'one'), store)).toBe('one')
    expect(await read(answering(200, 'two'), store)).toBe('two')
    expect(await read(answering(0, null), store)).toBe('two')
    expect(await read(answering(404, null), store)).toBe(404)
  })
})
