import type { FastifyReply, FastifyRequest } from 'fastify'
import type { StaffRole } from '#contracts/clinical/review.ts'
import type { ServerContext } from '../context.ts'
import { refusal, sendProblem } from '../problems.ts'
import { findSession, type Session } from '../repositories/sessions.ts'

declare module 'fastify' {
  interface FastifyRequest {
    session: Session | null
  }
}

const COOKIE = 'anteroom_session'

/** The session token a request carries, or null. */
export function tokenOf(request: FastifyRequest): string | null {
  for (const part of (request.headers.cookie ?? '').split(';')) {
    const [name, value] = part.trim().split('=')
    if (name === COOKIE && value && /^[A-Za-z0-9_-]{43}$/.test(value)) return value
  }
  return null
}

/** Sets (or with null removes) the session cookie; `Secure` when the page came over HTTPS. */
export function setSessionCookie(request: FastifyRequest, reply: FastifyReply, token: string | null): void {
  const secure = request.protocol === 'https' ? '; Secure' : ''
  const life = token === null ? '; Max-Age=0' : ''
  reply.header('set-cookie', `${COOKIE}=${token ?? ''}; HttpOnly; SameSite=Strict; Path=/${secure}${life}`)
}

/** Guard for routes: only signed-in staff, with one of the roles when given. Runs before the body is read. */
export function requireStaff({ store }: ServerContext, ...roles: StaffRole[]) {
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const token = tokenOf(request)
    const session = token === null ? null : await findSession(store, token)
    if (session === null) return sendProblem(reply, refusal(401, 'no-session', 'Sign in.'))
    if (roles.length > 0 && !roles.includes(session.person.role)) return sendProblem(reply, refusal(403, 'role'))
    request.session = session
  }
}

/** The session a guarded route runs under. */
export function sessionOf(request: FastifyRequest): Session {
  if (request.session === null) throw new Error('a route read the session without requiring one')
  return request.session
}
