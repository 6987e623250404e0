import { Readable } from 'node:stream'
import { ChatRequest, DevicePassRequest, DevicePassResponse, EndpointModels, EndpointSetting } from '#contracts/wire/inference.ts'
import type { App, ServerContext } from '../context.ts'
import { canonicalJson } from '../crypto/canonical-json.ts'
import type { ChatEvent } from '../endpoint/completion-stream.ts'
import { HEALTH_EVERY_MS, type ModelEndpoint } from '../endpoint/model-endpoint.ts'
import { requireDeviceOrStaff, setDevicePass } from '../plugins/device-pass.ts'
import type { InferenceMetrics } from '../plugins/inference-metrics.ts'
import { limits, limitTo } from '../plugins/rate-limits.ts'
import { problemAnswers, refusal, sendProblem } from '../problems.ts'
import { checkDevice } from '../repositories/devices.ts'
import { CLOCK_SKEW_MS } from '../repositories/packets.ts'

/** A prompt, its schema and room to spare. */
const BODY_LIMIT = 256 * 1024

/** The clinic's model server behind this origin. Added only when the clinic has opted in: else these addresses do not exist. */
export function addInferenceRoutes(app: App, context: ServerContext, endpoint: ModelEndpoint, metrics: InferenceMetrics): void {
  const { store } = context
  const guard = requireDeviceOrStaff(context)

  app.get('/api/inference', { schema: { response: { 200: EndpointSetting, ...problemAnswers } } }, async () => endpoint.setting())

  app.post(
    '/api/inference/pass',
    {
      config: limitTo(limits.device),
      schema: { body: DevicePassRequest, response: { 200: DevicePassResponse, ...problemAnswers } },
    },
    async (request, reply) => {
      const { signature, ...signed } = request.body
      const device = await checkDevice(store.db, store.clinicId, signed.deviceId, canonicalJson(signed), signature)
      if (!device.ok) return sendProblem(reply, device.error)
      if (Math.abs(Date.parse(signed.issuedAt) - store.now().getTime()) > CLOCK_SKEW_MS) {
        return sendProblem(reply, refusal(422, 'clock-skew', "The device's clock is more than 10 minutes off."))
      }
      return reply.send({ expiresAt: setDevicePass(context, request, reply, signed.deviceId) })
    },
  )

  app.get(
    '/api/inference/models',
    {
      onRequest: guard,
      config: limitTo(limits.inference),
      schema: { response: { 200: EndpointModels, ...problemAnswers } },
    },
    () => endpoint.check(),
  )

  app.post(
    '/api/inference/chat',
    { onRequest: guard, bodyLimit: BODY_LIMIT, config: limitTo(limits.inference), schema: { body: ChatRequest } },
    async (request, reply) => {
      const gone = new AbortController()
      reply.raw.on('close', () => gone.abort())
      const began = performance.now()
      const answer = await endpoint.chat(request.body, gone.signal)
      if (!answer.ok) {
        metrics.ended(answer.error.type)
        return sendProblem(reply, answer.error)
      }
      metrics.firstToken((performance.now() - began) / 1000)
      const stream = Readable.from(asServerSentEvents(answer.value, metrics), { objectMode: false })
      return reply.type('text/event-stream').header('x-accel-buffering', 'no').send(stream)
    },
  )

  const health = setInterval(() => void endpoint.check(), HEALTH_EVERY_MS)
  health.unref()
  app.addHook('onReady', async () => {
    await endpoint.check()
  })
  app.addHook('onClose', async () => clearInterval(health))
}

async function* asServerSentEvents(events: AsyncGenerator<ChatEvent>, metrics: InferenceMetrics): AsyncGenerator<string> {
  let outcome = 'aborted'
  try {
    for await (const { type, ...data } of events) {
      if (type !== 'token') outcome = 'code' in data ? data.code : 'done'
      yield `event: ${type}\ndata: ${JSON.stringify(data)}\n\n`
    }
  } finally {
    metrics.ended(outcome)
  }
}
