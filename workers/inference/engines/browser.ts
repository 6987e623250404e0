import { env } from '@huggingface/transformers'
import { err, ok } from '#contracts/result.ts'
import type { ShardSource } from '../model/shard-source.ts'
import { cacheStore } from '../model/shard-source.ts'
import type { Platform } from './platform.ts'
import { TransformersEngine } from './transformers.ts'

const MAX_THREADS = 4

/**
 * The engine in a browser worker. `ort` is the folder of ONNX Runtime's own files on this origin (see
 * docs/recipes/onnx-runtime-files.md). One backend a worker: the runtime cannot change its build once started.
 */
export const browserEngine = (backend: 'webgpu' | 'wasm', shards: ShardSource, ort: string): TransformersEngine =>
  new TransformersEngine(browserPlatform(backend, shards, ort))

const browserPlatform = (backend: 'webgpu' | 'wasm', shards: ShardSource, ort: string): Platform => ({
  backend,
  device: backend,
  shards,
  store: cacheStore(),
  prepare: async () => {
    const wasm = env.backends.onnx.wasm
    if (!wasm) return err({ type: 'backend-unavailable', backend })
    if (backend === 'webgpu' && !(await hasAdapter())) return err({ type: 'backend-unavailable', backend })
    const build = backend === 'webgpu' ? 'ort-wasm-simd-threaded.asyncify' : 'ort-wasm-simd-threaded'
    const threads =
      backend === 'wasm' && globalThis.crossOriginIsolated ? Math.min(MAX_THREADS, navigator.hardwareConcurrency) : 1
    wasm.wasmPaths = { mjs: `${ort}${build}.mjs`, wasm: `${ort}${build}.wasm` }
    wasm.numThreads = threads
    return ok({ threads })
  },
})

const hasAdapter = async (): Promise<boolean> => {
  try {
    return (await navigator.gpu?.requestAdapter()) != null
  } catch {
    return false
  }
}
