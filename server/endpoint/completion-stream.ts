import { createParser } from 'eventsource-parser'
import { z } from 'zod'
import type { ChatEnd, ChatProblem } from '#contracts/wire/inference.ts'

export type ChatEvent =
  | { type: 'token'; text: string }
  | ({ type: 'end' } & ChatEnd)
  | { type: 'problem'; code: ChatProblem['code'] }

/** What is read of an OpenAI completion chunk; reasoning, logits and names are left behind. */
const Chunk = z.object({
  choices: z
    .array(
      z.object({
        delta: z.object({ content: z.string().nullish() }).optional(),
        finish_reason: z.string().nullish(),
      }),
    )
    .default([]),
  usage: z.object({ prompt_tokens: z.number().int().nonnegative(), completion_tokens: z.number().int().nonnegative() }).nullish(),
  error: z.unknown().optional(),
})

const LARGEST_EVENT = 256 * 1024
/** No token of a sane model is longer; what goes on and on is not an answer. */
const CHARACTERS_A_TOKEN = 64

/** `idleMs`: longest silence after the first word; how long that one may take is for the caller to limit. */
type Limits = { maxTokens: number; idleMs: number }

/**
 * The events of a streamed completion, each checked. Always ends in `end` or `problem`: a stream that stops without a finish reason
 * was cut, whatever it wrote before. Leaving the loop early closes the connection.
 */
export async function* completionEvents(body: ReadableStream<Uint8Array>, limits: Limits): AsyncGenerator<ChatEvent> {
  const arrived: (z.infer<typeof Chunk> | 'done' | 'invalid')[] = []
  const parser = createParser({
    maxBufferSize: LARGEST_EVENT,
    onEvent: ({ data }) => arrived.push(data.trim() === '[DONE]' ? 'done' : parseChunk(data)),
    onError: ({ type }) => type === 'max-buffer-size-exceeded' && arrived.push('invalid'),
  })
  const decoder = new TextDecoder()
  const reader = body.getReader()
  let room = limits.maxTokens * CHARACTERS_A_TOKEN
  let isBegun = false
  let stop: string | null = null
  let usage: z.infer<typeof Chunk>['usage'] = null
  try {
    for (;;) {
      const read = await within(reader.read(), isBegun ? limits.idleMs : null)
      if (read === 'late') return yield { type: 'problem', code: 'model-timeout' }
      if (read === 'broken') return yield ended(stop, usage)
      if (!read.done) parser.feed(decoder.decode(read.value, { stream: true }))
      for (const chunk of arrived.splice(0)) {
        if (chunk === 'done') return yield ended(stop, usage)
        if (chunk === 'invalid' || chunk.error !== undefined) return yield { type: 'problem', code: 'model-answer-invalid' }
        const [choice] = chunk.choices
        const text = choice?.delta?.content ?? ''
        room -= text.length
        if (room < 0) return yield { type: 'problem', code: 'model-answer-invalid' }
        isBegun ||= text !== ''
        if (text !== '') yield { type: 'token', text }
        stop = choice?.finish_reason ?? stop
        usage = chunk.usage ?? usage
      }
      if (read.done) return yield ended(stop, usage)
    }
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}

const parseChunk = (data: string): z.infer<typeof Chunk> | 'invalid' => {
  try {
    const parsed = Chunk.safeParse(JSON.parse(data))
    return parsed.success ? parsed.data : 'invalid'
  } catch {
    return 'invalid'
  }
}

const ended = (reason: string | null, usage: z.infer<typeof Chunk>['usage']): ChatEvent => {
  if (reason === null) return { type: 'problem', code: 'stream-cut' }
  // A filter or a tool call is no answer to what was asked.
  if (reason !== 'stop' && reason !== 'length') return { type: 'problem', code: 'model-refused' }
  return {
    type: 'end',
    stop: reason === 'length' ? 'length' : 'end',
    promptTokens: usage?.prompt_tokens ?? null,
    tokens: usage?.completion_tokens ?? null,
  }
}

const within = async <T>(reading: Promise<T>, ms: number | null): Promise<T | 'late' | 'broken'> => {
  const read = reading.catch(() => 'broken' as const)
  if (ms === null) return read
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(resolve, ms, 'late')
  })
  try {
    return await Promise.race([read, late])
  } finally {
    clearTimeout(timer)
  }
}
