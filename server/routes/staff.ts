import { z } from 'zod'
import { KdfResponse, LoginRequest, LoginResponse, StaffDirectory } from '#contracts/wire/staff.ts'
import type { App, ServerContext } from '../context.ts'
import { limits, limitTo } from '../plugins/rate-limits.ts'
import { requireStaff, sessionOf, setSessionCookie } from '../plugins/session.ts'
import { problemAnswers, sendProblem } from '../problems.ts'
import { closeSession, openSession } from '../repositories/sessions.ts'
import { kdfFor, listStaff, login, loginAnswer } from '../repositories/staff.ts'

const KdfQuery = z.strictObject({ username: z.string().min(1).max(60) })

export function addStaffRoutes(app: App, context: ServerContext): void {
  const { store, keys } = context
  const staff = requireStaff(context)
  app.get(
    '/api/staff/kdf',
    { config: limitTo(limits.kdf), schema: { querystring: KdfQuery, response: { 200: KdfResponse, ...problemAnswers } } },
    async (request) => ({ kdf: await kdfFor(store, keys.loginSecret, request.query.username) }),
  )
  app.post(
    '/api/staff/login',
    { config: limitTo(limits.login), schema: { body: LoginRequest, response: { 200: LoginResponse, ...problemAnswers } } },
    async (request, reply) => {
      const staffId = await login(store, keys.loginSecret, request.body)
      if (!staffId.ok) return sendProblem(reply, staffId.error)
      const { token, expiresAt } = await openSession(store, staffId.value)
      setSessionCookie(request, reply, token)
      return reply.send(await loginAnswer(store.db, store.clinicId, staffId.value, expiresAt))
    },
  )
  app.post(
    '/api/staff/logout',
    { onRequest: staff, schema: { response: { 204: z.undefined(), ...problemAnswers } } },
    async (request, reply) => {
      await closeSession(store, sessionOf(request).tokenHash)
      setSessionCookie(request, reply, null)
      return reply.code(204).send()
    },
  )
  app.get(
    '/api/staff/session',
    { onRequest: staff, schema: { response: { 200: LoginResponse, ...problemAnswers } } },
    (request) => {
      const { person, expiresAt } = sessionOf(request)
      return loginAnswer(store.db, store.clinicId, person.staffId, expiresAt)
    },
  )
  app.get(
    '/api/staff/directory',
    { onRequest: staff, schema: { response: { 200: StaffDirectory, ...problemAnswers } } },
    async () => ({ staff: await listStaff(store.db, store.clinicId) }),
  )
}
