import { env } from '@huggingface/transformers'
import type { VerifiedFiles } from '../model/verified-files.ts'

const models = new Map<string, VerifiedFiles>()

/**
 * Makes transformers.js see `files` under `modelId`, and nothing else: no network, no disk, no cache of its own. Returns
 * the function that takes them away again (the session has its own copy by then).
 */
export const serveFiles = (modelId: string, files: VerifiedFiles): (() => void) => {
  models.set(modelId, files)
  env.allowRemoteModels = false
  env.allowLocalModels = true
  // Every address the library can form points at the verified files; the hub's is gone.
  env.localModelPath = ROOT
  env.remoteHost = ROOT
  env.remotePathTemplate = '{model}/'
  env.useFS = false
  env.useFSCache = false
  env.useBrowserCache = false
  env.useWasmCache = false
  env.useCustomCache = true
  env.customCache = { match: async (request: string) => find(request), put: async () => undefined } as NonNullable<
    typeof env.customCache
  >
  env.fetch = async () => new Response(null, { status: 404 })
  // Its log would print the tokens of a failed pass.
  env.logLevel = 50
  return () => models.delete(modelId)
}

const ROOT = '/verified/'

const find = (request: string): Response | undefined => {
  if (!request.startsWith(ROOT)) return undefined
  for (const [id, files] of models) {
    const path = request.startsWith(`${ROOT}${id}/`) ? request.slice(ROOT.length + id.length + 1) : null
    const bytes = path === null ? undefined : files.get(path)
    if (bytes) return new Response(bytes, { headers: { 'content-length': String(bytes.byteLength) } })
  }
  return undefined
}
