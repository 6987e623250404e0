import type { ServerError } from '#app/ports/clinic-server.ts'
import { err, ok, type Result } from '#contracts/result.ts'
import { Problem } from '#contracts/wire/problem.ts'

/** Longer than a healthy server on the clinic's network ever takes; the page stays live meanwhile. */
export const TIMEOUT_MS = 15_000

type Schema<T> = { safeParse(v: unknown): { success: true; data: T } | { success: false } }
export type Request<T> = {
  method: 'GET' | 'POST' | 'PUT'
  path: string
  body?: unknown
  headers?: Record<string, string>
  answer: Schema<T> | null
}

const failure = async (response: Response): Promise<ServerError> => {
  const parsed = Problem.safeParse(await response.json().catch(() => null))
  const header = Number(response.headers.get('retry-after'))
  const seconds = Number.isFinite(header) && header > 0 ? header : parsed.success ? parsed.data.retryAfterSeconds : undefined
  return {
    type: 'status',
    status: response.status,
    code: parsed.success ? parsed.data.code : 'unknown',
    ...(seconds === undefined ? {} : { retryAfterMs: seconds * 1000 }),
  }
}

/** One request to the app's own origin. Every answer is checked against its schema; errors are values. */
export const request = async <T>({ method, path, body, headers, answer }: Request<T>): Promise<Result<T, ServerError>> => {
  try {
    const response = await fetch(path, {
      method,
      credentials: 'same-origin',
      cache: 'no-store',
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    })
    if (!response.ok) return err(await failure(response))
    if (answer === null) return ok(null as T)
    const parsed = answer.safeParse(await response.json())
    return parsed.success ? ok(parsed.data) : err({ type: 'unexpected-answer' })
  } catch (e) {
    const name = e instanceof Error ? e.name : ''
    if (name === 'TimeoutError') return err({ type: 'timeout' })
    return err({ type: name === 'SyntaxError' ? 'unexpected-answer' : 'offline' })
  }
}
