import { env } from '@huggingface/transformers'
import { err, ok } from '#contracts/result.ts'
import type { ShardSource } from '../model/shard-source.ts'
import { cacheStore } from '../model/shard-source.ts'
import type { DeviceFacts } from '../model/variant.ts'
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
    const gpu = backend === 'webgpu' ? await gpuFacts() : NO_GPU
    if (!gpu) return err({ type: 'backend-unavailable', backend })
    const build = backend === 'webgpu' ? 'ort-wasm-simd-threaded.asyncify' : 'ort-wasm-simd-threaded'
    const threads =
      backend === 'wasm' && globalThis.crossOriginIsolated ? Math.min(MAX_THREADS, navigator.hardwareConcurrency) : 1
    wasm.wasmPaths = { mjs: `${ort}${build}.mjs`, wasm: `${ort}${build}.wasm` }
    wasm.numThreads = threads
    return ok({ threads, facts: { backend, ...gpu, memoryBytes: memoryBytes() } })
  },
})

type GpuFacts = Pick<DeviceFacts, 'shaderF16' | 'bufferBytes'>
const NO_GPU: GpuFacts = { shaderF16: false, bufferBytes: null }

/** What the adapter can do; ONNX Runtime asks for all of it. */
const gpuFacts = async (): Promise<GpuFacts | null> => {
  try {
    const adapter = await navigator.gpu?.requestAdapter()
    if (!adapter) return null
    const { maxBufferSize, maxStorageBufferBindingSize } = adapter.limits
    return { shaderF16: adapter.features.has('shader-f16'), bufferBytes: Math.min(maxBufferSize, maxStorageBufferBindingSize) }
  } catch {
    return null
  }
}

/** From here on browsers round down what they tell, so it is no limit any more. GiB. */
const LARGE_DEVICE = 8

/** Half of the device's memory: the rest is for the system, the page and the other models. */
const memoryBytes = (): number | null => {
  const { deviceMemory } = navigator as { deviceMemory?: number }
  return deviceMemory === undefined || deviceMemory >= LARGE_DEVICE ? null : deviceMemory * 2 ** 29
}
