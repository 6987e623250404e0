import { describe, expect, it } from 'vitest'
import { isKept, type KeepCache, networkFirst } from '#workers/service-worker/keep-files.ts'

const memory = () => {
  const map = new Map<string, Response>()
  let writes = 0
  const cache: KeepCache = {
    match: async (key) => map.get(String(key))?.clone(),
    put: async (key, response) => {
      writes += 1
      map.set(String(key), response)
    },
  }
  return { cache, writes: () => writes }
}
const request = new Request('http://clinic.test/knowledge/content.json')
const answer =
  (body: string, etag = 'v1', status = 200) =>
  async () =>
    new Response(body, { status, headers: { etag } })
const offline = async () => {
  throw new TypeError('offline')
}

describe('files kept for offline use', () => {
  it.each([
    ['/knowledge/content.json', true],
    ['/ort/ort-wasm-simd-threaded.wasm', true],
    ['/model-shards/catalog.json', true],
    ['/model-shards/bundled/m/manifest.json', true],
    ['/model-shards/bundled/m/onnx/model.onnx.001', false],
    ['/assets/voy_search_bg-abc.wasm', true],
    ['/api/queue', false],
    ['/api/knowledge/x', false],
    ['/healthz', false],
  ])('%s: %s', (path, kept) => {
    expect(isKept(new URL(path, 'http://clinic.test'))).toBe(kept)
  })
  it('takes the network’s answer and keeps it for when there is none', async () => {
    const { cache } = memory()
    await networkFirst(request, cache, answer('one'))
    expect(await (await networkFirst(request, cache, offline)).text()).toBe('one')
    expect(await (await networkFirst(request, cache, answer('two', 'v2'))).text()).toBe('two')
    expect(await (await networkFirst(request, cache, offline)).text()).toBe('two')
  })
  it('does not write the same file again', async () => {
    const { cache, writes } = memory()
    await networkFirst(request, cache, answer('one'))
    await networkFirst(request, cache, answer('one'))
    expect(writes()).toBe(1)
  })
  it('prefers the kept copy to a server in trouble or a silent network', async () => {
    const { cache } = memory()
    await networkFirst(request, cache, answer('one'))
    expect(await (await networkFirst(request, cache, answer('no', 'x', 503))).text()).toBe('one')
    expect(await (await networkFirst(request, cache, () => new Promise(() => undefined), 20)).text()).toBe('one')
  })
  it('fails as the network does when nothing is kept', async () => {
    await expect(networkFirst(request, memory().cache, offline)).rejects.toThrow('offline')
  })
})
