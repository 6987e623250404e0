import Fastify, { type FastifyReply } from 'fastify'
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod'
import type { App, ServerContext } from './context.ts'
import { openEndpoint } from './endpoint/open-endpoint.ts'
import { createHintHub, hintOf } from './hint-hub.ts'
import type { OpenStore } from './open-store.ts'
import { inferenceMetrics } from './plugins/inference-metrics.ts'
import { addMetrics } from './plugins/metrics.ts'
import { addProblemErrors } from './plugins/problem-errors.ts'
import { addRateLimits } from './plugins/rate-limits.ts'
import { addRequestLog, type Log } from './plugins/request-log.ts'
import { addSameOriginCheck } from './plugins/same-origin.ts'
import { addSecurityHeaders, securityHeaders } from './plugins/security-headers.ts'
import { addStaticFiles } from './plugins/static-files.ts'
import { refusal, sendProblem } from './problems.ts'
import { addCallRoutes } from './routes/calls.ts'
import { addClinicRoutes } from './routes/clinic.ts'
import { addDeviceRoutes } from './routes/devices.ts'
import { addEventRoutes } from './routes/events.ts'
import { addHealthRoutes } from './routes/health.ts'
import { addInferenceRoutes } from './routes/inference.ts'
import { addLedgerRoutes } from './routes/ledger.ts'
import { addModelRoutes } from './routes/models.ts'
import { addPacketRoutes } from './routes/packets.ts'
import { addStaffRoutes } from './routes/staff.ts'
import type { Settings } from './settings.ts'

const DEFAULT_BODY_LIMIT = 64 * 1024

/** Builds the whole server over an open store; does not listen. `log` gets one object a request, without ids or bodies. */
export async function buildApp(settings: Settings, opened: OpenStore, log: Log): Promise<App> {
  const app = Fastify({
    logger: false,
    trustProxy: settings.TRUST_PROXY,
    bodyLimit: DEFAULT_BODY_LIMIT,
    forceCloseConnections: true,
    requestTimeout: 60_000,
    frameworkErrors: (error, _request, reply) => {
      const untyped = reply as unknown as FastifyReply
      untyped.headers(securityHeaders)
      sendProblem(untyped, refusal(error.statusCode ?? 400, 'malformed-request'))
    },
  }).withTypeProvider<ZodTypeProvider>()
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  acceptEmptyJson(app)
  app.decorateRequest('session', null)

  const hub = createHintHub()
  opened.onEntry((entry) => {
    const hint = hintOf(entry)
    if (hint === null) return
    if (opened.relay === null) hub.publish(hint)
    else opened.relay.send(hint)
  })
  opened.relay?.listen(hub.publish)
  const context: ServerContext = { settings, store: opened.store, keys: opened.keys, hub }

  addRequestLog(app, log)
  addSecurityHeaders(app)
  addSameOriginCheck(app)
  addProblemErrors(app, log)
  await addRateLimits(app)
  const registry = addMetrics(app, context, opened.onEntry)
  addHealthRoutes(app, context)
  addClinicRoutes(app, context)
  addDeviceRoutes(app, context)
  addPacketRoutes(app, context)
  addLedgerRoutes(app, context)
  addCallRoutes(app, context)
  addStaffRoutes(app, context)
  addEventRoutes(app, context)
  const endpoint = openEndpoint(settings)
  if (endpoint) addInferenceRoutes(app, context, endpoint, inferenceMetrics(registry, endpoint))
  await addModelRoutes(app, context)
  await addStaticFiles(app, settings.STATIC_DIR)
  return app
}

/** A POST without a body may say it is JSON; everything else goes through Fastify's own guarded parser. */
function acceptEmptyJson(app: App): void {
  const parse = app.getDefaultJsonParser('error', 'error')
  app.removeContentTypeParser('application/json')
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined)
    else parse(request, String(body), done)
  })
}
