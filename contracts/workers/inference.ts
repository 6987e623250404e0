import type { Result } from '../result.ts'
import type { ModelManifest } from './model.ts'

/** `remote`: a model server on the clinic's network; the prompt leaves the device. */
export type Backend = 'webgpu' | 'wasm' | 'node' | 'remote'

export type ChatMessage = { role: 'system' | 'user' | 'assistant'; content: string }

export type LoadProgress = { phase: 'download' | 'verify' | 'prepare'; loadedBytes: number; totalBytes: number }

export type LoadError =
  | { type: 'shard-missing'; path: string; status: number }
  | { type: 'shard-mismatch'; path: string }
  | { type: 'manifest-invalid'; path: string }
  /** The device cannot keep what would have to be downloaded. */
  | { type: 'no-room'; neededBytes: number; freeBytes: number }
  | { type: 'backend-unavailable'; backend: Backend }
  /** No weights of the model fit the device: the largest single one (`buffer`), or the whole. Bytes. */
  | { type: 'model-too-large'; limit: 'buffer' | 'memory'; neededBytes: number; availableBytes: number }
  | { type: 'feature-missing'; feature: 'shader-f16' }
  | { type: 'load-failed'; code: string }
  | { type: 'aborted' }

export type GenerateError =
  | { type: 'not-loaded' }
  | { type: 'aborted' }
  | { type: 'timeout'; afterMs: number }
  | { type: 'prompt-too-long'; tokens: number; limit: number }
  | { type: 'generation-failed'; code: string }

/** JSON Schema (draft 2020-12) that the output must follow. */
export type JsonSchema = Readonly<Record<string, unknown>>

export type GenerateOptions = {
  schema?: JsonSchema
  maxTokens: number
  timeoutMs: number
  /** 0 is greedy. Retries use > 0 with a seed. */
  temperature?: number
  seed?: number
}

export type Generated = {
  text: string
  promptTokens: number
  tokens: number
  firstTokenMs: number
  totalMs: number
  /** `length` means the cap cut it: the text may not be whole JSON. */
  stop: 'end' | 'length'
}

export type EngineCapabilities = {
  backend: Backend
  webgpu: boolean
  threads: number
  modelId: string | null
  modelHash: string | null
}

/** The part of `AbortSignal` an engine needs; spelled out because contracts compile without DOM types. */
export type Cancellation = { readonly aborted: boolean; addEventListener(type: 'abort', listener: () => void): void }

/** One engine, whatever runs behind it. `signal` aborts between tokens. */
export interface InferenceEngine {
  load(
    manifest: ModelManifest,
    onProgress: (p: LoadProgress) => void,
    signal?: Cancellation,
  ): Promise<Result<EngineCapabilities, LoadError>>
  generate(
    messages: readonly ChatMessage[],
    options: GenerateOptions,
    onToken: (text: string) => void,
    signal?: Cancellation,
  ): Promise<Result<Generated, GenerateError>>
  capabilities(): EngineCapabilities
  unload(): Promise<void>
}

/** Events a worker streams to its client through one callback; always ends in `done`. */
export type InferenceEvent = { type: 'progress'; progress: LoadProgress } | { type: 'token'; text: string } | { type: 'done' }

/** What the inference worker exposes over comlink. Options are plain data; abort is a call. */
export interface InferenceWorkerApi {
  /** Contract version; the client refuses another. */
  version(): number
  load(
    modelId: string,
    backend: 'auto' | Backend,
    onEvent: (e: InferenceEvent) => void,
  ): Promise<Result<EngineCapabilities, LoadError>>
  generate(
    messages: readonly ChatMessage[],
    options: GenerateOptions,
    onEvent: (e: InferenceEvent) => void,
  ): Promise<Result<Generated, GenerateError>>
  abort(): void
  unload(): Promise<void>
}
export const INFERENCE_CONTRACT = 1
