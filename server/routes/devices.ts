import { z } from 'zod'
import { DeviceItem, DeviceList, EnrolCodeResponse, EnrolRequest, EnrolResponse } from '#contracts/wire/enrolment.ts'
import type { App, ServerContext } from '../context.ts'
import { limits, limitTo } from '../plugins/rate-limits.ts'
import { requireStaff, sessionOf } from '../plugins/session.ts'
import { problemAnswers, sendProblem, sendResult } from '../problems.ts'
import { createEnrolCode, enrolDevice, listDevices, revokeDevice } from '../repositories/devices.ts'
import { readClinicInfo } from './clinic.ts'

const DeviceParams = z.strictObject({ deviceId: z.string().min(1).max(60) })

export function addDeviceRoutes(app: App, context: ServerContext): void {
  const { store } = context
  app.get(
    '/api/devices',
    { onRequest: requireStaff(context), schema: { response: { 200: DeviceList, ...problemAnswers } } },
    async () => ({ devices: await listDevices(store.db, store.clinicId) }),
  )
  app.post(
    '/api/devices/codes',
    {
      onRequest: requireStaff(context, 'nurse', 'admin'),
      schema: { response: { 200: EnrolCodeResponse, ...problemAnswers } },
    },
    (request) => createEnrolCode(store, `staff:${sessionOf(request).person.staffId}`),
  )
  app.post(
    '/api/devices/enrol',
    { config: limitTo(limits.enrol), schema: { body: EnrolRequest, response: { 200: EnrolResponse, ...problemAnswers } } },
    async (request, reply) => {
      const enrolled = await enrolDevice(store, request.body)
      if (!enrolled.ok) return sendProblem(reply, enrolled.error)
      return reply.send({ deviceId: enrolled.value.deviceId, clinic: await readClinicInfo(store) })
    },
  )
  app.post(
    '/api/devices/:deviceId/revoke',
    {
      onRequest: requireStaff(context, 'admin'),
      schema: { params: DeviceParams, response: { 200: DeviceItem, ...problemAnswers } },
    },
    async (request, reply) => {
      const actor = `staff:${sessionOf(request).person.staffId}`
      return sendResult(reply, await revokeDevice(store, request.params.deviceId, actor))
    },
  )
}
