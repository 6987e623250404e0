import { createParser } from 'eventsource-parser'
import { ChatEnd, ChatProblem, ChatToken } from '#contracts/workers/endpoint.ts'

export type StreamEvent = { type: 'token'; text: string } | ({ type: 'end' } & ChatEnd) | { type: 'problem'; code: string }

const LARGEST_EVENT = 256 * 1024

/** The proxy's events, each checked. A stream without its last event was cut; leaving the loop early closes the connection. */
export async function* chatEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<StreamEvent> {
  const arrived: StreamEvent[] = []
  const parser = createParser({
    maxBufferSize: LARGEST_EVENT,
    onEvent: ({ event, data }) => arrived.push(parseEvent(event, data)),
    onError: ({ type }) => type === 'max-buffer-size-exceeded' && arrived.push(INVALID),
  })
  const decoder = new TextDecoder()
  const reader = body.getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (value) parser.feed(decoder.decode(value, { stream: true }))
      for (const event of arrived.splice(0)) {
        yield event
        if (event.type !== 'token') return
      }
      if (done) return yield { type: 'problem', code: 'stream-cut' }
    }
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}

const INVALID: StreamEvent = { type: 'problem', code: 'model-answer-invalid' }

const parseEvent = (type: string | undefined, data: string): StreamEvent => {
  let value: unknown
  try {
    value = JSON.parse(data)
  } catch {
    return INVALID
  }
  if (type === 'token') {
    const token = ChatToken.safeParse(value)
    return token.success ? { type, ...token.data } : INVALID
  }
  if (type === 'end') {
    const end = ChatEnd.safeParse(value)
    return end.success ? { type, ...end.data } : INVALID
  }
  const problem = ChatProblem.safeParse(value)
  return problem.success ? { type: 'problem', ...problem.data } : INVALID
}
