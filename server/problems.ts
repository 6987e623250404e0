import type { FastifyReply } from 'fastify'
import type { Result } from '#contracts/result.ts'
import { Problem } from '#contracts/wire/problem.ts'

/** An expected refusal as a value: `type` becomes the problem's stable `code`. Carries ids and codes, never request text. */
export type Refusal = { type: string; status: number; hint?: string; retryAfterSeconds?: number }

/** Schemas every route adds to its own answers. */
export const problemAnswers = { '4xx': Problem, '5xx': Problem } as const

/** Builds a refusal. */
export const refusal = (status: number, type: string, hint?: string): Refusal =>
  hint === undefined ? { type, status } : { type, status, hint }

/** The wire form of a refusal (RFC 9457). */
export function problemOf(error: Refusal): Problem {
  return {
    status: error.status,
    code: error.type,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    ...(error.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: error.retryAfterSeconds }),
  }
}

/** Sends a refusal as `application/problem+json`. */
export function sendProblem(reply: FastifyReply, error: Refusal): FastifyReply {
  if (error.retryAfterSeconds !== undefined) reply.header('retry-after', String(error.retryAfterSeconds))
  return reply.code(error.status).type('application/problem+json').send(problemOf(error))
}

/** Sends the value of a result with 200, or its refusal. */
export function sendResult<T>(reply: FastifyReply, result: Result<T, Refusal>): FastifyReply {
  return result.ok ? reply.code(200).send(result.value) : sendProblem(reply, result.error)
}
