import type { FastifyError } from 'fastify'
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod'
import type { App } from '../context.ts'
import { type Refusal, refusal, sendProblem } from '../problems.ts'

const SQL_GUARD = 'AN001'
const full = new Set(['ENOSPC', 'EDQUOT', '53100'])
const away = new Set(['ECONNREFUSED', 'ECONNRESET', '57P01', '57P03', '53300'])

const byStatus: Record<number, Refusal> = {
  400: refusal(400, 'malformed-request'),
  413: refusal(413, 'too-large'),
  415: refusal(415, 'unsupported-media-type'),
}

/** What an exception means to the caller; never quotes the request or the database. */
export function refusalOf(error: FastifyError & { retryAfterSeconds?: number }): Refusal {
  if (hasZodFastifySchemaValidationErrors(error)) {
    return refusal(422, 'invalid-request', `The ${error.validationContext ?? 'request'} does not match its schema.`)
  }
  const { code } = error
  if (code === 'too-many-requests') return { ...refusal(429, code), retryAfterSeconds: error.retryAfterSeconds ?? 60 }
  if (full.has(code)) return refusal(507, 'storage-full', 'Not stored. Keep it and tell the administrator.')
  if (code === SQL_GUARD) return refusal(409, 'illegal-transition')
  if (away.has(code)) return { ...refusal(503, 'unavailable'), retryAfterSeconds: 5 }
  return (
    byStatus[error.statusCode ?? 500] ?? refusal(error.statusCode && error.statusCode < 500 ? error.statusCode : 500, 'failed')
  )
}

/** One log line on an unexpected error: name, code and where, never its message (it may quote what was sent). */
export function describeError(error: Error & { code?: string }): { name: string; code: string | null; at: string[] } {
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line))
  return { name: error.name, code: error.code ?? null, at: frames.slice(0, 6).map((line) => line.trim()) }
}

/** Answers every error and every unknown path as problem details. */
export function addProblemErrors(app: App, log: (line: Record<string, unknown>) => void): void {
  app.setErrorHandler((error: FastifyError, _request, reply) => {
    const problem = refusalOf(error)
    if (problem.status >= 500) log({ level: 'error', ...describeError(error) })
    return sendProblem(reply, problem)
  })
  app.setNotFoundHandler((_request, reply) => sendProblem(reply, refusal(404, 'not-found')))
}
