import type { App } from '../context.ts'
import { refusal, sendProblem } from '../problems.ts'

const safe = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Refuses state changes another site's page sends with the browser's cookie. Browsers always say where such a request
 * comes from; programs that say nothing carry no cookie by accident.
 */
export function addSameOriginCheck(app: App): void {
  app.addHook('onRequest', async (request, reply) => {
    if (safe.has(request.method)) return
    const { origin, host, 'sec-fetch-site': site } = request.headers
    const isForeignSite = site !== undefined && site !== 'same-origin' && site !== 'none'
    const isForeignOrigin = origin !== undefined && origin !== `${request.protocol}://${request.host || host}`
    if (isForeignSite || isForeignOrigin) return sendProblem(reply, refusal(403, 'cross-origin'))
  })
}
