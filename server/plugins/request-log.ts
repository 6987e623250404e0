import type { App } from '../context.ts'

/** Writes one JSON line. */
export type Log = (line: Record<string, unknown>) => void

export const logToStdout: Log = (line) => {
  process.stdout.write(`${JSON.stringify({ at: new Date().toISOString(), ...line })}\n`)
}

/** Method, route pattern, status and milliseconds of every request; no address, no path values, no bodies. */
export function addRequestLog(app: App, log: Log): void {
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'unknown'
    log({ method: request.method, route, status: reply.statusCode, ms: Math.round(reply.elapsedTime) })
  })
}
