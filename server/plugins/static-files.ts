import { existsSync } from 'node:fs'
import fastifyStatic from '@fastify/static'
import type { App } from '../context.ts'
import { refusal, sendProblem } from '../problems.ts'

/** Names the build gives by content: `app-B3xk9_1a.js`, and everything a model manifest lists by hash. */
const HASHED = /\/assets\/[^/]+-[A-Za-z0-9_-]{8,}\.\w+$|\.[0-9a-f]{8,64}\.\w+$/

/** Serves the built page: `/` is the kiosk, `/staff` the staff page, the rest by path. Hidden files stay hidden. */
export async function addStaticFiles(app: App, directory: string): Promise<void> {
  if (!existsSync(directory)) {
    app.get('/', { logLevel: 'silent' }, (_request, reply) =>
      sendProblem(reply, refusal(503, 'not-built', 'The page is not built yet: npm run build.')),
    )
    return
  }
  await app.register(fastifyStatic, {
    root: directory,
    index: ['index.html'],
    dotfiles: 'ignore',
    cacheControl: false,
    setHeaders(reply, path) {
      const isKept = HASHED.test(path.replaceAll('\\', '/'))
      reply.header('cache-control', isKept ? 'public, max-age=31536000, immutable' : 'no-cache')
    },
  })
  for (const url of ['/staff', '/staff/']) app.get(url, (_request, reply) => reply.sendFile('staff.html'))
}
