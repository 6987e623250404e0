import { afterEach, describe, expect, it, vi } from 'vitest'
import { type Fallback, InferenceClient, type InferenceClientOptions } from '#adapters/workers/inference-client.ts'
import { err, ok } from '#contracts/result.ts'
import type { GenerateOptions, InferenceWorkerApi } from '#contracts/workers/inference.ts'
import { fakeWorker, goodApi } from './fake-worker.ts'

const OPTIONS: GenerateOptions = { maxTokens: 10, timeoutMs: 5_000 }

/** A client whose n-th worker runs the n-th api (the last one again and again). */
const setUp = (apis: InferenceWorkerApi[], more: Partial<InferenceClientOptions> = {}) => {
  const workers: ReturnType<typeof fakeWorker>[] = []
  const fallbacks: Fallback[] = []
  const client = new InferenceClient({
    modelId: 'default',
    onFallback: (step) => fallbacks.push(step),
    createWorker: () => {
      const made = fakeWorker(apis[Math.min(workers.length, apis.length - 1)] ?? {})
      workers.push(made)
      return made.worker
    },
    ...more,
  })
  clients.push(client)
  return { client, workers, fallbacks }
}
const clients: InferenceClient[] = []
afterEach(() => {
  for (const client of clients.splice(0)) client.stop()
  vi.useRealTimers()
})

describe('InferenceClient', () => {
  it('loads on first use, streams every token before it answers, and keeps the worker', async () => {
    const { client, workers, fallbacks } = setUp([goodApi()])
    let streamed = ''
    const result = await client.generate([], OPTIONS, (text) => {
      streamed += text
    })
    expect(result).toMatchObject({ ok: true, value: { text: '{}' } })
    expect(streamed).toBe('{}')
    await client.generate([], OPTIONS)
    expect(workers).toHaveLength(1)
    expect(fallbacks).toEqual([])
    expect(client.capabilities()).toMatchObject({ backend: 'webgpu', modelId: 'm' })
  })

  it('steps down to WASM in a fresh worker, reports the step, and stays there', async () => {
    const load: InferenceWorkerApi['load'] = async (...[, backend, onEvent]) => {
      onEvent({ type: 'done' })
      return err({ type: 'backend-unavailable', backend: backend === 'auto' ? 'wasm' : backend })
    }
    const { client, workers, fallbacks } = setUp([goodApi({ load }), goodApi()])
    expect(await client.load()).toMatchObject({ ok: true, value: { backend: 'wasm' } })
    expect(fallbacks).toEqual([{ from: 'webgpu', to: 'wasm', reason: 'backend-unavailable' }])
    expect(workers.map((w) => w.state.terminated)).toEqual([true, false])
    client.stop()
    await client.load()
    expect(fallbacks).toHaveLength(1)
  })

  it('tries the next backend when a device is lost in the middle, and says when none is left', async () => {
    const generate: InferenceWorkerApi['generate'] = async (...[, , onEvent]) => {
      onEvent({ type: 'done' })
      return err({ type: 'generation-failed', code: 'device-lost' })
    }
    const { client, fallbacks } = setUp([goodApi({ generate })])
    expect(await client.generate([], OPTIONS)).toEqual({ ok: false, error: { type: 'generation-failed', code: 'device-lost' } })
    expect(fallbacks).toEqual([
      { from: 'webgpu', to: 'wasm', reason: 'device-lost' },
      { from: 'wasm', to: null, reason: 'device-lost' },
    ])
  })

  it.each([
    { type: 'shard-mismatch', path: 'x' } as const,
    { type: 'shard-missing', path: 'x', status: 404 } as const,
    { type: 'manifest-invalid', path: 'x' } as const,
  ])('does not try a damaged model ($type) on another backend', async (error) => {
    const load: InferenceWorkerApi['load'] = async (...[, , onEvent]) => {
      onEvent({ type: 'done' })
      return err(error)
    }
    const { client, workers, fallbacks } = setUp([goodApi({ load })])
    expect(await client.load()).toEqual({ ok: false, error })
    expect(await client.generate([], OPTIONS)).toEqual({ ok: false, error: { type: 'generation-failed', code: error.type } })
    expect(fallbacks).toEqual([])
    expect(workers).toHaveLength(1)
  })

  it('passes an abort on to the call that runs, and to no other', async () => {
    let aborts = 0
    let release = (): void => undefined
    const generate: InferenceWorkerApi['generate'] = (...[, , onEvent]) =>
      new Promise((resolve) => {
        release = () => {
          onEvent({ type: 'done' })
          resolve(err({ type: 'aborted' }))
        }
      })
    const abort = () => {
      aborts++
      release()
    }
    const { client } = setUp([goodApi({ generate, abort })])
    await client.load()
    const first = new AbortController()
    const second = new AbortController()
    const running = client.generate([], OPTIONS, undefined, first.signal)
    const waiting = client.generate([], OPTIONS, undefined, second.signal)
    await new Promise((r) => setTimeout(r, 20))
    second.abort()
    await new Promise((r) => setTimeout(r, 20))
    expect(aborts).toBe(0)
    first.abort()
    expect(await running).toEqual({ ok: false, error: { type: 'aborted' } })
    expect(await waiting).toEqual({ ok: false, error: { type: 'aborted' } })
    expect(aborts).toBe(2)
  })

  it('runs one call at a time', async () => {
    let running = 0
    let most = 0
    const generate: InferenceWorkerApi['generate'] = async (...[, , onEvent]) => {
      most = Math.max(most, ++running)
      await new Promise((r) => setTimeout(r, 10))
      running--
      onEvent({ type: 'done' })
      return ok({ text: '', promptTokens: 0, tokens: 0, firstTokenMs: 0, totalMs: 0, stop: 'end' })
    }
    const { client } = setUp([goodApi({ generate })])
    await Promise.all([1, 2, 3].map(() => client.generate([], OPTIONS)))
    expect(most).toBe(1)
  })

  it('ends a worker that holds its thread past the time limit, and starts another for the next call', async () => {
    const { client, workers } = setUp([goodApi({ generate: () => new Promise(() => undefined) }), goodApi()], { graceMs: 10 })
    expect(await client.generate([], { ...OPTIONS, timeoutMs: 30 })).toEqual({
      ok: false,
      error: { type: 'timeout', afterMs: 30 },
    })
    expect(workers[0]?.state.terminated).toBe(true)
    expect((await client.generate([], OPTIONS)).ok).toBe(true)
    expect(workers).toHaveLength(2)
  })

  it('survives a crash: the call fails over to the next backend', async () => {
    const { client, workers, fallbacks } = setUp([goodApi({ generate: () => new Promise(() => undefined) }), goodApi()])
    const running = client.generate([], OPTIONS)
    await vi.waitFor(() => expect(client.capabilities().modelId).toBe('m'))
    workers[0]?.crash()
    expect((await running).ok).toBe(true)
    expect(fallbacks).toEqual([{ from: 'webgpu', to: 'wasm', reason: 'worker-crashed' }])
  })

  it('survives code in the worker that throws', async () => {
    const generate = () => {
      throw new Error('patient words')
    }
    const { client } = setUp([goodApi({ generate })], { ladder: ['wasm'] })
    expect(await client.generate([], OPTIONS)).toEqual({
      ok: false,
      error: { type: 'generation-failed', code: 'worker-crashed' },
    })
  })

  it('refuses a worker of another contract version', async () => {
    const { client, workers } = setUp([goodApi({ version: () => 99 })])
    expect(await client.load()).toEqual({ ok: false, error: { type: 'load-failed', code: 'version-mismatch' } })
    expect(workers[0]?.state.terminated).toBe(true)
  })

  it('ends the worker after idle time and loads again when needed', async () => {
    const { client, workers } = setUp([goodApi()], { idleMs: 20 })
    await client.generate([], OPTIONS)
    await vi.waitFor(() => expect(workers[0]?.state.terminated).toBe(true))
    expect(client.capabilities().modelId).toBeNull()
    expect((await client.generate([], OPTIONS)).ok).toBe(true)
    expect(workers).toHaveLength(2)
  })
})
