import { expose } from 'comlink'
import { ok } from '#contracts/result.ts'
import { type EngineCapabilities, INFERENCE_CONTRACT, type InferenceWorkerApi } from '#contracts/workers/inference.ts'

/** A worker of the same process: a message channel with the part of `Worker` the client uses. */
export const fakeWorker = (api: object) => {
  const { port1, port2 } = new MessageChannel()
  expose(api, port2 as unknown as Parameters<typeof expose>[1])
  const failures = new EventTarget()
  const state = { terminated: false }
  const worker = {
    postMessage: port1.postMessage.bind(port1),
    addEventListener: (type: string, listener: EventListener) =>
      type === 'message' ? port1.addEventListener(type, listener) : failures.addEventListener(type, listener),
    removeEventListener: port1.removeEventListener.bind(port1),
    start: () => port1.start(),
    terminate: () => {
      state.terminated = true
      port1.close()
      port2.close()
    },
  }
  port1.start()
  return {
    worker: worker as unknown as Worker,
    state,
    crash: () => failures.dispatchEvent(new Event('error', { cancelable: true })),
  }
}

export const CAPABILITIES: EngineCapabilities = { backend: 'wasm', webgpu: false, threads: 2, modelId: 'm', modelHash: 'h' }

/** An inference worker that works; tests replace the call they are about. */
export const goodApi = (more: Partial<InferenceWorkerApi> = {}): InferenceWorkerApi => ({
  version: () => INFERENCE_CONTRACT,
  load: async (_modelId, backend, onEvent) => {
    onEvent({ type: 'progress', progress: { phase: 'download', loadedBytes: 1, totalBytes: 1 } })
    onEvent({ type: 'done' })
    return ok({ ...CAPABILITIES, backend: backend === 'auto' ? 'wasm' : backend })
  },
  generate: async (_messages, _options, onEvent) => {
    onEvent({ type: 'token', text: '{' })
    onEvent({ type: 'token', text: '}' })
    onEvent({ type: 'done' })
    return ok({ text: '{}', promptTokens: 1, tokens: 2, firstTokenMs: 1, totalMs: 2, stop: 'end' })
  },
  abort: () => undefined,
  unload: async () => undefined,
  ...more,
})
