import { z } from 'zod'
import { err, ok, type Result } from '#contracts/result.ts'
import type { ChatRequest } from '#contracts/wire/inference.ts'
import { type ChatEvent, completionEvents } from './completion-stream.ts'
import type { Replica } from './replica-pool.ts'

/** What differs between model servers of clinics. `fetch` is Node's own. */
export type Asking = {
  fetch: typeof fetch
  apiKey: string | null
  /** False: `response_format` is not sent. */
  followsSchema: boolean
  firstTokenMs: number
  idleMs: number
}

export type ReplicaError =
  | { type: 'busy'; retryAfterMs: number }
  | { type: 'down' }
  | { type: 'late' }
  | { type: 'answer-invalid' }
  /** Every replica would say the same. */
  | { type: 'prompt-too-long' }
  | { type: 'refused' }

const BUSY_MS = 2000
const HEALTH_MS = 5000
const LARGEST_REFUSAL = 16 * 1024
const TOO_LONG = /context.{0,12}(length|size|window)|exceed_context|too.long|maximum.{0,20}tokens/i

const headersOf = ({ apiKey }: Asking): Record<string, string> => ({
  'content-type': 'application/json',
  ...(apiKey === null ? {} : { authorization: `Bearer ${apiKey}` }),
})

/** The OpenAI form of a request, member by member: nothing the page adds gets through. */
const completionBody = (request: ChatRequest, name: string, followsSchema: boolean): string =>
  JSON.stringify({
    model: name,
    messages: request.messages.map(({ role, content }) => ({ role, content })),
    max_tokens: request.maxTokens,
    temperature: request.temperature,
    seed: request.seed,
    stream: true,
    stream_options: followsSchema ? { include_usage: true } : undefined,
    response_format:
      followsSchema && request.schema
        ? { type: 'json_schema', json_schema: { name: 'answer', strict: true, schema: request.schema } }
        : undefined,
  })

/**
 * Asks one model server and waits for its first word, so that the caller can still turn to another. Never follows a redirect: the
 * prompt goes where the settings say and nowhere else.
 */
export async function askReplica(
  asking: Asking,
  replica: Replica,
  name: string,
  request: ChatRequest,
  signal: AbortSignal,
): Promise<Result<AsyncGenerator<ChatEvent>, ReplicaError>> {
  const first = new AbortController()
  const timer = setTimeout(() => first.abort(), asking.firstTokenMs)
  try {
    const response = await asking.fetch(`${replica.url}/chat/completions`, {
      method: 'POST',
      redirect: 'error',
      headers: { ...headersOf(asking), accept: 'text/event-stream' },
      body: completionBody(request, name, asking.followsSchema),
      signal: AbortSignal.any([signal, first.signal]),
    })
    if (!response.ok || response.body === null) return err(await refusalOf(response))
    if (!/^text\/event-stream\b/i.test(response.headers.get('content-type') ?? '')) {
      await response.body.cancel()
      return err({ type: 'answer-invalid' })
    }
    const events = completionEvents(response.body, { maxTokens: request.maxTokens, idleMs: asking.idleMs })
    const begun = await events.next()
    if (begun.done) return err({ type: 'down' })
    if (begun.value.type === 'problem') return err(earlyProblem(begun.value.code, first.signal.aborted))
    return ok(following(begun.value, events))
  } catch {
    return err({ type: first.signal.aborted && !signal.aborted ? 'late' : 'down' })
  } finally {
    clearTimeout(timer)
  }
}

/** The names a model server says it holds; null when it does not answer as one. */
export async function heldModels(asking: Asking, replica: Replica): Promise<Set<string> | null> {
  try {
    const signal = AbortSignal.timeout(HEALTH_MS)
    const response = await asking.fetch(`${replica.url}/models`, { redirect: 'error', headers: headersOf(asking), signal })
    const listed = z.object({ data: z.array(z.object({ id: z.string() })) }).safeParse(await response.json())
    return response.ok && listed.success ? new Set(listed.data.data.map((m) => m.id)) : null
  } catch {
    return null
  }
}

async function* following(first: ChatEvent, rest: AsyncGenerator<ChatEvent>): AsyncGenerator<ChatEvent> {
  try {
    yield first
    yield* rest
  } finally {
    await rest.return(undefined)
  }
}

const earlyProblem = (code: string, isLate: boolean): ReplicaError => {
  if (isLate || code === 'model-timeout') return { type: 'late' }
  if (code === 'model-refused') return { type: 'refused' }
  return code === 'stream-cut' ? { type: 'down' } : { type: 'answer-invalid' }
}

const refusalOf = async (response: Response): Promise<ReplicaError> => {
  const { status } = response
  const asked = retryAfterMs(response.headers.get('retry-after'))
  if (status === 400 || status === 413 || status === 422) {
    return { type: TOO_LONG.test(await beginning(response)) ? 'prompt-too-long' : 'refused' }
  }
  await response.body?.cancel()
  if (status === 429 || (status === 503 && asked !== null)) return { type: 'busy', retryAfterMs: asked ?? BUSY_MS }
  return { type: 'down' }
}

/** The start of a refusal, to tell its kind; its text goes no further, for it may quote the prompt. */
const beginning = async (response: Response): Promise<string> => {
  const reader = response.body?.getReader()
  let text = ''
  try {
    while (reader && text.length < LARGEST_REFUSAL) {
      const { done, value } = await reader.read()
      if (done) break
      text += new TextDecoder().decode(value)
    }
  } catch {
    // Cut in the middle: what is there has to do.
  }
  await reader?.cancel().catch(() => undefined)
  return text
}

/** Seconds or a date (RFC 9110); null when absent or neither. */
const retryAfterMs = (header: string | null): number | null => {
  if (header === null || header.trim() === '') return null
  const ms = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - Date.now()
  return Number.isFinite(ms) ? Math.max(0, ms) : null
}
