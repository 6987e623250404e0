import { z } from 'zod'

/**
 * `GET /api/inference`: the clinic's model server, when the clinic has opted in (else 404). `leavesDevice` is there to be shown:
 * with this engine the prompt leaves the device, though not the clinic's network.
 */
export const EndpointSetting = z.strictObject({
  leavesDevice: z.literal(true),
  /** Model servers behind the proxy, and how many of them answered last time. */
  replicas: z.number().int().positive(),
  healthy: z.number().int().nonnegative(),
  models: z.array(
    z.strictObject({
      /** Catalog id: the only names a request may ask for. */
      id: z.string(),
      contextTokens: z.number().int().positive(),
      /** False: the server writes freely, and the engine refuses what does not follow the schema. */
      followsSchema: z.boolean(),
    }),
  ),
})
export type EndpointSetting = z.infer<typeof EndpointSetting>

/**
 * `POST /api/inference/pass`: a device proves itself and gets a cookie that only this route's requests carry. Signed by the device
 * key: detached ES256 over the canonical JSON of all members but `signature`.
 */
export const DevicePassRequest = z.strictObject({
  purpose: z.literal('inference-pass'),
  deviceId: z.string().min(1).max(60),
  issuedAt: z.iso.datetime(),
  signature: z.string().max(200),
})
export type DevicePassRequest = z.infer<typeof DevicePassRequest>
export const DevicePassResponse = z.strictObject({ expiresAt: z.iso.datetime() })
export type DevicePassResponse = z.infer<typeof DevicePassResponse>

/** `GET /api/inference/models` (device pass or staff): which of the named models a healthy server holds now. */
export const EndpointModels = z.strictObject({
  models: z.array(z.strictObject({ id: z.string(), available: z.boolean() })),
})
export type EndpointModels = z.infer<typeof EndpointModels>

/**
 * `POST /api/inference/chat` (device pass or staff): the few members of an OpenAI chat completion that pass. Always a stream of
 * server-sent events: `token` and, last, `end` or `problem`.
 */
export const ChatRequest = z.strictObject({
  model: z.string().max(100),
  messages: z
    .array(z.strictObject({ role: z.enum(['system', 'user', 'assistant']), content: z.string().max(32_768) }))
    .min(1)
    .max(8),
  maxTokens: z.number().int().positive().max(4096),
  timeoutMs: z.number().int().positive().max(600_000),
  temperature: z.number().min(0).max(2).default(0),
  seed: z.number().int().nonnegative().max(2_147_483_647).default(0),
  /** JSON Schema (draft 2020-12) with standard keywords only. */
  schema: z.record(z.string(), z.unknown()).optional(),
})
export type ChatRequest = z.infer<typeof ChatRequest>

/** Data of an event `token`. */
export const ChatToken = z.strictObject({ text: z.string() })
/** Data of the event `end`: the text is whole, or cut at `maxTokens`. Counts are the server's own, null when it gives none. */
export const ChatEnd = z.strictObject({
  stop: z.enum(['end', 'length']),
  promptTokens: z.number().int().nonnegative().nullable(),
  tokens: z.number().int().nonnegative().nullable(),
})
export type ChatEnd = z.infer<typeof ChatEnd>
/** Data of the event `problem`: the stream ends here without its end. */
export const ChatProblem = z.strictObject({
  code: z.enum(['stream-cut', 'model-answer-invalid', 'model-timeout', 'model-refused']),
})
export type ChatProblem = z.infer<typeof ChatProblem>
