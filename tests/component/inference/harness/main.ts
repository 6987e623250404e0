import '#contracts/no-eval.ts'

import { createInferenceWorker, type Fallback, InferenceClient } from '#adapters/workers/inference-client.ts'
import type { Backend, ChatMessage, GenerateOptions, LoadProgress } from '#contracts/workers/inference.ts'
import { damage, kept, loadAs, place, type WebLlmHarness } from './webllm.ts'

/** What tests and the benchmark drive from outside: one client a call, one answer a conversation, everything it saw as data. */
const run = async (ladder: Backend[], conversations: ChatMessage[][], options: GenerateOptions) => {
  const fallbacks: Fallback[] = []
  const progress: LoadProgress[] = []
  let streamed = ''
  const client = new InferenceClient({
    createWorker: createInferenceWorker,
    modelId: 'default',
    ladder,
    onFallback: (step) => fallbacks.push(step),
  })
  const begun = performance.now()
  const loaded = await client.load((p) => progress.push(p))
  const loadMs = performance.now() - begun
  const results = []
  for (const messages of conversations) {
    streamed = ''
    results.push(await client.generate(messages, options, (text) => (streamed += text)))
  }
  client.stop()
  return { loaded, loadMs, fallbacks, progress, streamed, results, isolated: globalThis.crossOriginIsolated }
}

/** Conversations with options of their own; the answers in order. */
const runEach = async (ladder: Backend[], asked: { messages: ChatMessage[]; options: GenerateOptions }[]) => {
  const client = new InferenceClient({
    createWorker: createInferenceWorker,
    modelId: 'default',
    ladder,
    onFallback: () => undefined,
  })
  await client.load()
  const results = []
  for (const { messages, options } of asked) results.push(await client.generate(messages, options, () => undefined))
  client.stop()
  return results
}

/** Aborts after the first token. */
const runAndAbort = async (ladder: Backend[], messages: ChatMessage[], options: GenerateOptions) => {
  const client = new InferenceClient({
    createWorker: createInferenceWorker,
    modelId: 'default',
    ladder,
    onFallback: () => undefined,
  })
  await client.load()
  const abort = new AbortController()
  let tokens = 0
  const onToken = (): void => {
    tokens++
    abort.abort()
  }
  const result = await client.generate(messages, options, onToken, abort.signal)
  client.stop()
  return { result, tokens }
}

export type Harness = { run: typeof run; runEach: typeof runEach; runAndAbort: typeof runAndAbort }
Object.assign(globalThis, { harness: { run, runEach, runAndAbort } satisfies Harness })
Object.assign(globalThis, { webllm: { loadAs, place, damage, kept } satisfies WebLlmHarness })
