/**
 * Files the kiosk needs offline that must not be precached: the guideline index, ONNX Runtime, the catalog and manifests of
 * models, WebAssembly of the bundle, and web-llm. A device keeps those it really uses. Model shards are not among them: the inference
 * worker keeps them itself, verified, by hash.
 */
const KEPT = [
  /^\/knowledge\//,
  /^\/ort\//,
  /^\/model-shards\/(.*\/)?(catalog\.json|manifest\.(json|jws)|trusted-keys\.json)$/,
  /^\/assets\/([^/]+\.wasm|web-llm-[^/]+\.js)$/,
]

/** Never kept and never answered from here: the clinic server's own words. */
const NEVER = /^\/(api\/|healthz$|readyz$|metrics$)/

/** How long the network may keep a page waiting when there is a kept copy. Milliseconds. */
const PATIENCE_MS = 3000

export const isKept = (url: URL): boolean => !NEVER.test(url.pathname) && KEPT.some((pattern) => pattern.test(url.pathname))

/** The parts of a cache this needs; `Cache` fits. */
export type KeepCache = Pick<Cache, 'match' | 'put'>

/**
 * The network's answer when it comes in time, else the kept copy. A good answer replaces the copy unless both carry the same
 * entity tag, so that large files are not written again at every start.
 */
export const networkFirst = async (
  request: Request,
  cache: KeepCache,
  network: (request: Request) => Promise<Response>,
  patienceMs = PATIENCE_MS,
): Promise<Response> => {
  const kept = await cache.match(request.url)
  const answer = network(request).then(async (response) => {
    const tag = response.headers.get('etag')
    const isSame = tag !== null && tag === kept?.headers.get('etag')
    if (response.status === 200 && !isSame) await cache.put(request.url, response.clone()).catch(() => undefined)
    return response
  })
  if (!kept) return answer
  const late = new Promise<null>((resolve) => setTimeout(() => resolve(null), patienceMs))
  const first = await Promise.race([answer.catch(() => null), late])
  // The server's own trouble is no reason to go without a copy that worked.
  return first && first.status < 500 ? first : kept
}
