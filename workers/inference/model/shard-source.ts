/** Bytes as WebCrypto and Cache Storage take them. */
export type Bytes = Uint8Array<ArrayBuffer>

/** Where shards come from. `status` is the HTTP status, 404 for a file that is not there, 0 when nothing answered. */
export interface ShardSource {
  fetch(path: string, onBytes: (count: number) => void, signal?: AbortSignal): Promise<{ status: number; bytes: Bytes | null }>
}

/** Verified shards kept for offline use, by SHA-256. What comes out is verified again. */
export interface ShardStore {
  get(sha256: string): Promise<Bytes | null>
  put(sha256: string, bytes: Bytes): Promise<void>
  delete(sha256: string): Promise<void>
}

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
  const key = (sha256: string): string => `/${name}/${sha256}`
  const use = async <T>(job: (cache: Cache) => Promise<T>, otherwise: T): Promise<T> => {
    try {
      return await job(await caches.open(name))
    } catch {
      return otherwise
    }
  }
  return {
    get: (sha256) =>
      use<Bytes | null>(async (c) => {
        const hit = await c.match(key(sha256))
        return hit ? new Uint8Array(await hit.arrayBuffer()) : null
      }, null),
    put: (sha256, bytes) => use(async (c) => c.put(key(sha256), new Response(bytes)), undefined),
    delete: (sha256) => use(async (c) => void (await c.delete(key(sha256))), undefined),
  }
}

export const concat = (chunks: readonly Uint8Array[]): Bytes => {
  const whole = new Uint8Array(chunks.reduce((n, c) => n + c.byteLength, 0))
  let at = 0
  for (const chunk of chunks) {
    whole.set(chunk, at)
    at += chunk.byteLength
  }
  return whole
}
