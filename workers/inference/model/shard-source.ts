import { err, ok, type Result } from '#contracts/result.ts'
import type { LoadError } from '#contracts/workers/inference.ts'

/** Bytes as WebCrypto and Cache Storage take them. */
export type Bytes = Uint8Array<ArrayBuffer>

/** Where shards come from. `status` is the HTTP status, 404 for a file that is not there, 0 when nothing answered. */
export interface ShardSource {
  fetch(path: string, onBytes: (count: number) => void, signal?: AbortSignal): Promise<{ status: number; bytes: Bytes | null }>
}

/** Bytes kept for offline use: verified shards by SHA-256. What comes out is verified again. */
export interface ShardStore {
  get(key: string): Promise<Bytes | null>
  put(key: string, bytes: Bytes): Promise<void>
  delete(key: string): Promise<void>
  /** Whether something is kept under `key`, without reading it. */
  has?(key: string): Promise<boolean>
  /** Makes sure of room for `bytes` more, before anything is fetched. */
  reserve?(bytes: number): Promise<Result<void, NoRoom>>
}

/** The device cannot keep a model of this size. Bytes. */
export type NoRoom = Extract<LoadError, { type: 'no-room' }>

export const noStore: ShardStore = { get: async () => null, put: async () => undefined, delete: async () => undefined }

/** Shards below `base` (an absolute URL ending in `/`) on the app's own origin. */
export const webShards = (base: string): ShardSource => ({
  fetch: async (path, onBytes, signal) => {
    try {
      const url = new URL(path, base)
      if (url.origin !== new URL(base).origin) return { status: 0, bytes: null }
      // Verified bytes go to Cache Storage; a second copy in the HTTP cache helps nobody.
      const response = await fetch(url, {
        cache: 'no-store',
        credentials: 'same-origin',
        redirect: 'error',
        ...(signal ? { signal } : {}),
      })
      if (!response.ok || !response.body) return { status: response.status, bytes: null }
      const chunks: Uint8Array[] = []
      const reader = response.body.getReader()
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        chunks.push(part.value)
        onBytes(part.value.byteLength)
      }
      return { status: response.status, bytes: concat(chunks) }
    } catch {
      return { status: 0, bytes: null }
    }
  },
})

/** Cache Storage `anteroom-models`; a device without it (or without room) works online. */
export const cacheStore = (name = 'anteroom-models'): ShardStore => {
  const at = (key: string): string => `/${name}/${encodeURIComponent(key)}`
  const use = async <T>(job: (cache: Cache) => Promise<T>, otherwise: T): Promise<T> => {
    try {
      return await job(await caches.open(name))
    } catch {
      return otherwise
    }
  }
  return {
    get: (key) =>
      use<Bytes | null>(async (c) => {
        const hit = await c.match(at(key))
        return hit ? new Uint8Array(await hit.arrayBuffer()) : null
      }, null),
    put: (key, bytes) => use(async (c) => c.put(at(key), new Response(bytes)), undefined),
    delete: (key) => use(async (c) => void (await c.delete(at(key))), undefined),
    has: (key) => use(async (c) => (await c.match(at(key))) !== undefined, false),
    reserve: (bytes) => reserveRoom(bytes, navigator.storage),
  }
}

/** A model up to this size is worth loading even when it cannot be kept. Bytes. */
const SMALL = 64 * 1024 * 1024

/**
 * Whether `bytes` more fit into this origin's share of the disk. Where the browser does not tell, the download is tried. That the
 * browser shall not clear them is asked by the page (`keep-storage.ts`): a worker cannot.
 */
export const reserveRoom = async (
  bytes: number,
  storage: Pick<StorageManager, 'estimate'> | undefined,
): Promise<Result<void, NoRoom>> => {
  if (bytes <= SMALL || !storage) return ok(undefined)
  try {
    const { quota, usage = 0 } = await storage.estimate()
    if (quota === undefined || quota - usage >= bytes) return ok(undefined)
    return err({ type: 'no-room', neededBytes: bytes, freeBytes: Math.max(0, quota - usage) })
  } catch {
    return ok(undefined)
  }
}

/**
 * Catalog and manifests for a device that starts without its server: the server's answer when there is one, else the
 * last it gave. They are as trusted as the page itself, which came from the same place; shards are verified against them.
 */
export const withLastKnown = (source: ShardSource, store: ShardStore): ShardSource => ({
  fetch: async (path, onBytes, signal) => {
    const key = `last:${path}`
    const answer = await source.fetch(path, onBytes, signal)
    if (answer.bytes) await store.put(key, answer.bytes)
    if (answer.status !== 0) return answer
    const kept = await store.get(key)
    return kept ? { status: 200, bytes: kept } : answer
  },
})

export const concat = (chunks: readonly Uint8Array[]): Bytes => {
  const whole = new Uint8Array(chunks.reduce((n, c) => n + c.byteLength, 0))
  let at = 0
  for (const chunk of chunks) {
    whole.set(chunk, at)
    at += chunk.byteLength
  }
  return whole
}
