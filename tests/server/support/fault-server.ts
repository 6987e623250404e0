import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Seen = { method: string; path: string; headers: IncomingHttpHeaders; body: Record<string, unknown> }
export type Behaviour = (response: ServerResponse, seen: Seen) => void

/** A server that does to a chat completion what a test wants; healthy at `/v1/models` unless told otherwise. */
export type FaultServer = {
  url: string
  /** Chat completions asked of it. */
  asked: Seen[]
  /** Requests whose connection closed before they were answered whole. */
  readonly broken: number
  behave(chat: Behaviour, models?: Behaviour): void
  stop(): Promise<void>
}

const json = (response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
}

export const chunk = (content: string, finish: string | null = null): string =>
  `data: ${JSON.stringify({ choices: [{ delta: content === '' ? {} : { content }, finish_reason: finish }] })}\n\n`
const USAGE = `data: ${JSON.stringify({ choices: [], usage: { prompt_tokens: 11, completion_tokens: 2 } })}\n\n`

export const begin = (response: ServerResponse, type = 'text/event-stream'): ServerResponse =>
  response.writeHead(200, { 'content-type': type })

/** What servers do. */
export const behaviours = {
  good: (response) => begin(response).end(`${chunk('Hel') + chunk('lo') + chunk('', 'stop') + USAGE}data: [DONE]\n\n`),
  withoutDone: (response) => begin(response).end(chunk('Hello') + chunk('', 'stop')),
  cutShort: (response) => begin(response).end(`${chunk('Hello') + chunk('', 'length')}data: [DONE]\n\n`),
  silent: () => undefined,
  stalls: (response) => void begin(response).write(chunk('Hel')),
  cutBefore: (response) => begin(response).end(),
  cutWithin: (response) => begin(response).write(chunk('Hel'), () => response.destroy()),
  endsWithin: (response) => begin(response).end(chunk('Hel')),
  busy: (response) => json(response, 429, { error: { message: 'planted-words' } }, { 'retry-after': '7' }),
  fails: (response) => json(response, 500, { error: { message: 'planted-words' } }),
  badKey: (response) => json(response, 401, { error: { message: 'planted-words' } }),
  tooLong: (response) =>
    json(response, 400, {
      error: { message: 'planted-words exceed the maximum context length', type: 'exceed_context_size_error' },
    }),
  refuses: (response) => json(response, 400, { error: { message: 'planted-words: bad schema' } }),
  notJson: (response) => begin(response).end('data: {"choices": planted-words\n\n'),
  otherShape: (response) => begin(response).end('data: {"choices":"planted-words"}\n\n'),
  errorEvent: (response) => begin(response).end('data: {"error":{"message":"planted-words"}}\n\n'),
  page: (response) => begin(response, 'text/html').end('<html>planted-words</html>'),
  endless: (response) => {
    begin(response)
    const more = () => !response.destroyed && response.write(`data: ${'x'.repeat(65_536)}`, () => setImmediate(more))
    more()
  },
  rambles: (response) => {
    begin(response)
    const more = () => !response.destroyed && response.write(chunk('word '.repeat(50)), () => setImmediate(more))
    more()
  },
  callsTool: (response) => begin(response).end(chunk('', 'tool_calls')),
  redirects: (response) => response.writeHead(307, { location: '/elsewhere' }).end(),
  closes: (response) => response.destroy(),
} as const satisfies Record<string, Behaviour>

export const holds =
  (...ids: string[]): Behaviour =>
  (response) =>
    json(response, 200, { object: 'list', data: ids.map((id) => ({ id, object: 'model' })) })

export async function startFaultServer(): Promise<FaultServer> {
  let chat: Behaviour = behaviours.good
  let models: Behaviour = holds('served')
  let broken = 0
  const asked: Seen[] = []
  const server = createServer((request, response) => {
    let text = ''
    response.on('close', () => {
      if (!response.writableFinished) broken += 1
    })
    request.on('data', (part) => {
      text += part
    })
    request.on('end', () => {
      const seen: Seen = {
        method: request.method ?? '',
        path: request.url ?? '',
        headers: request.headers,
        body: text === '' ? {} : JSON.parse(text),
      }
      if (seen.path === '/v1/models') return models(response, seen)
      asked.push(seen)
      chat(response, seen)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    asked,
    get broken() {
      return broken
    },
    behave(nextChat, nextModels = holds('served')) {
      chat = nextChat
      models = nextModels
    },
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
