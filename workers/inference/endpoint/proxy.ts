import { err, ok, type Result } from '#contracts/result.ts'
import { type ChatRequest, EndpointModels } from '#contracts/workers/endpoint.ts'
import { chatEvents, type StreamEvent } from './chat-stream.ts'

export type FetchLike = (url: string, init: RequestInit) => Promise<Response>

/** `code` is the server's own or, where it gave none, what went wrong on the way. */
export type ProxyError = { type: 'proxy'; code: string; retryAfterMs: number | null }

/** The clinic server's inference routes; `base` ends without a slash: `https://clinic/api/inference`. Errors are values. */
export class InferenceProxy {
  constructor(
    private readonly fetch: FetchLike,
    private readonly base: string,
  ) {}

  /** Whether a model server holds this model now. */
  async holds(model: string, signal: AbortSignal): Promise<Result<boolean, ProxyError>> {
    const answer = await this.#ask('/models', { signal })
    if (!answer.ok) return answer
    const listed = EndpointModels.safeParse(await answer.value.json().catch(() => null))
    if (!listed.success) return err(failure('model-answer-invalid'))
    return ok(listed.data.models.some((m) => m.id === model && m.available))
  }

  async chat(request: ChatRequest, signal: AbortSignal): Promise<Result<AsyncGenerator<StreamEvent>, ProxyError>> {
    const headers = { 'content-type': 'application/json', accept: 'text/event-stream' }
    const answer = await this.#ask('/chat', { method: 'POST', headers, body: JSON.stringify(request), signal })
    if (!answer.ok) return answer
    const isStream = /^text\/event-stream\b/.test(answer.value.headers.get('content-type') ?? '')
    if (isStream && answer.value.body) return ok(chatEvents(answer.value.body))
    await answer.value.body?.cancel()
    return err(failure('model-answer-invalid'))
  }

  async #ask(path: string, init: RequestInit): Promise<Result<Response, ProxyError>> {
    try {
      const response = await this.fetch(`${this.base}${path}`, {
        ...init,
        credentials: 'same-origin',
        cache: 'no-store',
        redirect: 'error',
      })
      return response.ok ? ok(response) : err(await refusalOf(response))
    } catch {
      return err(failure('endpoint-unreachable'))
    }
  }
}

const failure = (code: string): ProxyError => ({ type: 'proxy', code, retryAfterMs: null })

const refusalOf = async (response: Response): Promise<ProxyError> => {
  const problem: unknown = await response.json().catch(() => null)
  const told = typeof problem === 'object' && problem !== null && 'code' in problem ? problem.code : null
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN)
  return {
    type: 'proxy',
    code: response.status === 404 ? 'endpoint-off' : typeof told === 'string' && /^[a-z-]{1,40}$/.test(told) ? told : 'failed',
    retryAfterMs: Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : null,
  }
}
