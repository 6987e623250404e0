import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { err } from '#contracts/result.ts'
import type { LoadProgress } from '#contracts/workers/inference.ts'
import type { ModelManifest } from '#contracts/workers/model.ts'
import { findModel } from '#workers/inference/model/catalog.ts'
import { type Bytes, reserveRoom, type ShardSource, type ShardStore } from '#workers/inference/model/shard-source.ts'
import { verifiedFiles } from '#workers/inference/model/verified-files.ts'
import { keepStorage } from '../../../src/adapters/browser/keep-storage.ts'

const bytes = (text: string): Bytes => new TextEncoder().encode(text)
const hex = (text: string): string => createHash('sha256').update(text).digest('hex')
const PARTS = ['first', 'second', 'third']
const [whole] = [PARTS.join('')]
const FILE = {
  path: 'params.bin',
  bytes: whole.length,
  sha256: hex(whole),
  shards: PARTS.map((p) => ({ path: `shards/${hex(p)}.bin`, bytes: p.length, sha256: hex(p) })),
}
const MANIFEST: ModelManifest = {
  id: 'm',
  version: '1',
  task: 'text-generation',
  architecture: 'x',
  parameters: 1,
  contextTokens: 1,
  licence: 'x',
  files: [FILE],
  hash: hex(`${FILE.path} ${FILE.sha256}`),
}
const makeStore = (room = Number.POSITIVE_INFINITY) => {
  const kept = new Map<string, Bytes>()
  const store: ShardStore = {
    get: async (k) => kept.get(k) ?? null,
    put: async (k, v) => void (kept.size < room && kept.set(k, v)),
    delete: async (k) => void kept.delete(k),
    has: async (k) => kept.has(k),
  }
  return { kept, store }
}
const makeSource = (onFetch: (asked: number) => void = () => undefined) => {
  const asked: string[] = []
  const source: ShardSource = {
    fetch: async (path, onBytes) => {
      asked.push(path)
      onFetch(asked.length)
      const part = PARTS.find((p) => path.includes(hex(p)))
      if (part) onBytes(part.length)
      return { status: part ? 200 : 404, bytes: part ? bytes(part) : null }
    },
  }
  return { source, asked }
}
const run = (source: ShardSource, store: ShardStore, signal?: AbortSignal, onProgress = (_: LoadProgress) => {}) =>
  verifiedFiles(MANIFEST, ['params.bin'], source, store, onProgress, signal)

describe('verifiedFiles of a large model', () => {
  it('pauses between shards and goes on without fetching any twice', async () => {
    const { store, kept } = makeStore()
    const pause = new AbortController()
    const first = makeSource((n) => n === 2 && pause.abort())
    expect(await run(first.source, store, pause.signal)).toEqual({ ok: false, error: { type: 'aborted' } })
    expect(kept.size).toBe(1)
    const later = makeSource()
    const seen: number[] = []
    const done = await run(later.source, store, undefined, (p) => p.phase === 'download' && void seen.push(p.loadedBytes))
    expect(done.ok && new TextDecoder().decode(done.value.get('params.bin'))).toBe(whole)
    expect(later.asked).toEqual(FILE.shards.slice(1).map((s) => s.path))
    expect(seen).toEqual([5, 11, 16])
  })

  it('asks for room for what is missing only, and fetches nothing when there is none', async () => {
    const { store, kept } = makeStore()
    kept.set(hex('first'), bytes('first'))
    const asked: number[] = []
    const { source, asked: fetched } = makeSource()
    const full: ShardStore = {
      ...store,
      reserve: async (n) => {
        asked.push(n)
        return err({ type: 'no-room', neededBytes: n, freeBytes: 3 })
      },
    }
    expect(await run(source, full)).toEqual({ ok: false, error: { type: 'no-room', neededBytes: 11, freeBytes: 3 } })
    expect(asked).toEqual([11])
    expect(fetched).toEqual([])
  })

  it('works without room to keep it: what a store drops is fetched again next time', async () => {
    const { store } = makeStore(2)
    expect((await run(makeSource().source, store)).ok).toBe(true)
    const later = makeSource()
    expect((await run(later.source, store)).ok).toBe(true)
    expect(later.asked).toEqual([FILE.shards[2]?.path])
  })

  it('refuses a wrong shard at once', async () => {
    const { store, kept } = makeStore()
    const { source } = makeSource()
    const flipped: ShardSource = {
      fetch: async (path, onBytes) =>
        path.includes(hex('second')) ? { status: 200, bytes: bytes('secone') } : source.fetch(path, onBytes),
    }
    expect(await run(flipped, store)).toMatchObject({ ok: false, error: { type: 'shard-mismatch' } })
    expect(kept.size).toBe(1)
  })
})

describe('reserveRoom', () => {
  const MIB = 2 ** 20
  const estimate = (quota?: number, usage?: number) => ({
    estimate: async () => ({ ...(quota === undefined ? {} : { quota }), ...(usage === undefined ? {} : { usage }) }),
  })
  it('compares what is needed with what is left of the quota', async () => {
    expect(await reserveRoom(500 * MIB, estimate(1000 * MIB, 400 * MIB))).toEqual({ ok: true, value: undefined })
    expect(await reserveRoom(700 * MIB, estimate(1000 * MIB, 400 * MIB))).toEqual({
      ok: false,
      error: { type: 'no-room', neededBytes: 700 * MIB, freeBytes: 600 * MIB },
    })
  })
  it('never stands in the way of a small model, nor where the browser does not tell', async () => {
    expect((await reserveRoom(40 * MIB, estimate(1, 0))).ok).toBe(true)
    expect((await reserveRoom(400 * MIB, estimate())).ok).toBe(true)
    expect((await reserveRoom(400 * MIB, undefined)).ok).toBe(true)
    const broken = { estimate: () => Promise.reject(new TypeError('opaque origin')) }
    expect((await reserveRoom(400 * MIB, broken)).ok).toBe(true)
  })
})

describe('keepStorage', () => {
  it('passes on what the browser answers, and no is an answer', async () => {
    expect(await keepStorage({ persist: async () => true })).toBe(true)
    expect(await keepStorage({ persist: () => Promise.reject(new TypeError('x')) })).toBe(false)
    expect(await keepStorage(undefined)).toBe(false)
  })
})

describe('findModel, in the clinic server’s list', () => {
  const row = (id: string, manifest: string, isDefault: boolean) => ({
    id,
    engine: 'webllm',
    task: 'text-generation',
    manifest,
    default: isDefault,
  })
  const asked: string[] = []
  const sourceOf = (files: Record<string, unknown>): ShardSource => ({
    fetch: async (path) => {
      asked.push(path)
      return { status: path in files ? 200 : 404, bytes: path in files ? bytes(JSON.stringify(files[path])) : null }
    },
  })
  const clinic = { models: [row('m', '/models/m/manifest.json', false)] }
  const files = { 'catalog.json': { models: [] }, '/models/catalog.json': clinic, '/models/m/manifest.json': MANIFEST }

  it('finds a model of the store, its folder and its engine', async () => {
    expect(await findModel(sourceOf(files), 'm')).toEqual({
      ok: true,
      value: { manifest: MANIFEST, folder: '/models/m/', engine: 'webllm' },
    })
  })
  it('never takes a default from there: a kiosk starts with what ships', async () => {
    asked.length = 0
    expect((await findModel(sourceOf(files), null)).ok).toBe(false)
    expect(asked).toEqual(['catalog.json'])
  })
  it('says when that list is damaged', async () => {
    const damaged = { ...files, '/models/catalog.json': { models: [{}] } }
    expect(await findModel(sourceOf(damaged), 'm')).toEqual({
      ok: false,
      error: { type: 'manifest-invalid', path: '/models/catalog.json' },
    })
  })
})
