import { PassThrough } from 'node:stream'
import type { QueueHint } from '#contracts/wire/queue.ts'
import type { App, ServerContext } from '../context.ts'
import { requireStaff, tokenOf } from '../plugins/session.ts'
import { findSession } from '../repositories/sessions.ts'

export const HEARTBEAT_MS = 15_000

/** `GET /api/events`: hints to staff pages as server-sent events. Ends with the session; listening is not activity. */
export function addEventRoutes(app: App, context: ServerContext): void {
  const { store, hub } = context
  const open = new Set<() => void>()

  app.get('/api/events', { onRequest: requireStaff(context), exposeHeadRoute: false }, (request, reply) => {
    const token = tokenOf(request)
    const stream = new PassThrough()
    const send = (hint: QueueHint) => stream.write(`event: hint\ndata: ${JSON.stringify(hint)}\n\n`)
    const unsubscribe = hub.subscribe(send)
    const heartbeat = setInterval(async () => {
      const isAlive = token !== null && (await findSession(store, token, false).catch(() => null)) !== null
      if (isAlive) stream.write(': alive\n\n')
      else end()
    }, HEARTBEAT_MS)
    const end = () => {
      clearInterval(heartbeat)
      unsubscribe()
      open.delete(end)
      stream.end()
    }
    open.add(end)
    reply.raw.on('close', end)
    send({ kind: 'hello', at: store.now().toISOString() })
    return reply.type('text/event-stream').header('x-accel-buffering', 'no').send(stream)
  })
  app.addHook('preClose', async () => {
    for (const end of [...open]) end()
  })
}
