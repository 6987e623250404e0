import type { Backend } from '#contracts/workers/inference.ts'
import type { ModelManifest } from '#contracts/workers/model.ts'

/** How transformers.js names the weights it can load. */
export type Variant = { path: string; dtype: 'fp32' | 'fp16' | 'q8' | 'q4' | 'q4f16' }

const VARIANTS: readonly Variant[] = [
  { path: 'onnx/model_quantized.onnx', dtype: 'q8' },
  { path: 'onnx/model.onnx', dtype: 'fp32' },
  { path: 'onnx/model_q4.onnx', dtype: 'q4' },
]

/**
 * Weights to load, and every file that goes with them. int8 first everywhere: it is dequantised once at load, so each
 * backend computes with the same fp32 numbers (4-bit kernels are about 7 times slower in WASM); 4 bits pay on WebGPU.
 */
export const chooseVariant = (manifest: ModelManifest, backend: Backend): { variant: Variant; paths: string[] } | null => {
  const order = backend === 'webgpu' ? ['q4', 'q8', 'fp32'] : ['q8', 'fp32', 'q4']
  const has = (path: string): boolean => manifest.files.some((f) => f.path === path)
  const variant = order.map((d) => VARIANTS.find((v) => v.dtype === d && has(v.path))).find((v) => v !== undefined)
  if (!variant) return null
  return { variant, paths: manifest.files.map((f) => f.path).filter((p) => p === variant.path || !p.endsWith('.onnx')) }
}
