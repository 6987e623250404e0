import type { Result } from '#contracts/result.ts'
import type { Backend, LoadError } from '#contracts/workers/inference.ts'
import type { ShardSource, ShardStore } from '../model/shard-source.ts'
import type { DeviceFacts } from '../model/variant.ts'

/** What differs between browser and Node; everything else of the engine is shared. */
export type Platform = {
  backend: Backend
  /** transformers.js' name of the execution provider. */
  device: 'webgpu' | 'wasm' | 'cpu'
  /** Shards relative to the model's manifest. */
  shards: ShardSource
  store: ShardStore
  /** Readies ONNX Runtime; an error when this backend cannot run here. */
  prepare(): Promise<Result<{ threads: number; facts: DeviceFacts }, LoadError>>
}
