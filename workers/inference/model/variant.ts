import { err, ok, type Result } from '#contracts/result.ts'
import type { Backend, LoadError } from '#contracts/workers/inference.ts'
import type { ModelManifest } from '#contracts/workers/model.ts'

type Dtype = 'fp32' | 'fp16' | 'q8' | 'q4' | 'q4f16'

/** Weights of one precision, as transformers.js names them. `dataFiles`: pieces beside a graph, by the graph's file name. */
export type Variant = { dtype: Dtype; dataFiles: Record<string, number> }

/** What decides whether weights fit. Bytes; null where the device does not tell. */
export type DeviceFacts = {
  backend: Backend
  shaderF16: boolean
  /** The largest weight a shader can be given in one piece. */
  bufferBytes: number | null
  /** What a model may take of the device's memory. */
  memoryBytes: number | null
}

const SUFFIX: Readonly<Record<Dtype, string>> = { fp32: '', fp16: '_fp16', q8: '_quantized', q4: '_q4', q4f16: '_q4f16' }

/** Graphs of a decoder-only model, and of one that reads with an encoder first. */
const GRAPHS = [['model'], ['encoder_model', 'decoder_model_merged']] as const

/**
 * Fewest bits first on a GPU, where memory decides. Elsewhere int8 first, dequantised once at load: each backend then computes
 * with the same fp32 numbers, and 4-bit kernels are about 7 times slower in WASM. Half precision needs a GPU that has it.
 */
const ORDER: Readonly<Record<'gpu' | 'cpu', readonly Dtype[]>> = {
  gpu: ['q4f16', 'q4', 'fp16', 'q8', 'fp32'],
  cpu: ['q8', 'fp32', 'q4'],
}

/** Bytes of a number of the largest weight (the embeddings) once loaded: publishers leave it unpacked in 4-bit files. */
const WEIGHT_BYTES: Readonly<Record<Dtype, number>> = { fp32: 4, fp16: 2, q8: 4, q4: 4, q4f16: 2 }

/** A WebAssembly memory ends here, however large the machine. */
const WASM_BYTES = 4 * 2 ** 30

/**
 * Weights to load, and every file that goes with them; else why none fit. `config` is the model's `config.json`, for the size of
 * its largest weight.
 */
export const chooseVariant = (
  manifest: ModelManifest,
  device: DeviceFacts,
  config: unknown,
): Result<{ variant: Variant; paths: string[]; isSequence: boolean }, LoadError> => {
  const sizes = new Map(manifest.files.map((f) => [f.path, f.bytes]))
  const kind = device.backend === 'webgpu' ? 'gpu' : 'cpu'
  const refused: Refusal[] = []
  for (const dtype of ORDER[kind]) {
    for (const graphs of GRAPHS) {
      const files = filesOf(graphs, dtype, sizes)
      if (!files) continue
      const refusal = whyNot(dtype, files.bytes, device, config)
      if (refusal) refused.push(refusal)
      else {
        const paths = manifest.files.map((f) => f.path).filter((p) => files.paths.includes(p) || !p.startsWith('onnx/'))
        return ok({ variant: { dtype, dataFiles: files.dataFiles }, paths, isSequence: graphs.length > 1 })
      }
    }
  }
  return err(nearest(refused) ?? { type: 'manifest-invalid', path: 'onnx' })
}

type Refusal = Extract<LoadError, { type: 'model-too-large' | 'feature-missing' }>

const whyNot = (dtype: Dtype, bytes: number, device: DeviceFacts, config: unknown): Refusal | null => {
  const isGpu = device.backend === 'webgpu'
  if (isGpu && !device.shaderF16 && (dtype === 'fp16' || dtype === 'q4f16')) {
    return { type: 'feature-missing', feature: 'shader-f16' }
  }
  const largest = Math.min(largestWeight(config) * WEIGHT_BYTES[dtype], bytes * unpacked(dtype))
  if (isGpu && device.bufferBytes !== null && largest > device.bufferBytes) {
    return { type: 'model-too-large', limit: 'buffer', neededBytes: largest, availableBytes: device.bufferBytes }
  }
  // The file is held until the weights are made of it.
  const neededBytes = bytes * (1 + unpacked(dtype))
  const availableBytes = Math.min(
    device.memoryBytes ?? Number.POSITIVE_INFINITY,
    device.backend === 'wasm' ? WASM_BYTES : Number.POSITIVE_INFINITY,
  )
  return neededBytes > availableBytes ? { type: 'model-too-large', limit: 'memory', neededBytes, availableBytes } : null
}

const unpacked = (dtype: Dtype): number => (dtype === 'q8' ? 4 : 1)

/** Numbers in the embeddings, the largest single weight of a language model; 0 where the configuration does not say. */
const largestWeight = (config: unknown): number => {
  const {
    vocab_size = 0,
    hidden_size,
    d_model,
  } = (config ?? {}) as Record<'vocab_size' | 'hidden_size' | 'd_model', number | undefined>
  return vocab_size * (hidden_size ?? d_model ?? 0)
}

/** All files of one precision with their size, or null when one is missing. */
const filesOf = (graphs: readonly string[], dtype: Dtype, sizes: ReadonlyMap<string, number>) => {
  const names = graphs.map((g) => `${g}${SUFFIX[dtype]}.onnx`)
  if (!names.every((n) => sizes.has(`onnx/${n}`))) return null
  const dataFiles: Record<string, number> = {}
  const paths = names.map((n) => `onnx/${n}`)
  for (const name of names) {
    const data = [...sizes.keys()].filter((p) => p === `onnx/${name}_data` || p.startsWith(`onnx/${name}_data_`))
    if (data.length > 0) dataFiles[name] = data.length
    paths.push(...data)
  }
  return { paths, dataFiles, bytes: paths.reduce((n, p) => n + (sizes.get(p) ?? 0), 0) }
}

/** The refusal that the least device would lift: bytes can be compared, a feature cannot be had. */
const nearest = (refused: readonly Refusal[]): Refusal | undefined => {
  const sized = refused.filter((r) => r.type === 'model-too-large')
  return sized.sort((a, b) => a.neededBytes - b.neededBytes)[0] ?? refused[0]
}
