import { createHmac } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { ServerContext } from '../context.ts'
import { isSameSecret } from '../crypto/hashes.ts'
import { refusal, sendProblem } from '../problems.ts'
import { findDevice } from '../repositories/devices.ts'
import { requireStaff, tokenOf } from './session.ts'

const COOKIE = 'anteroom_device'
export const PASS_PATH = '/api/inference'
export const PASS_LIFE_MS = 15 * 60_000

/** Made with a key of its own, so that no other use of the server's secret yields a pass. No table: any instance can check it. */
const sealOf = ({ keys, store }: ServerContext, deviceId: string, until: number): string => {
  const key = createHmac('sha256', keys.loginSecret).update('anteroom-device-pass').digest()
  return createHmac('sha256', key).update(`${store.clinicId}\n${deviceId}\n${until}`).digest('base64url')
}

/** Gives a device that proved itself its pass: a cookie that scripts cannot read and that only the inference routes get. */
export function setDevicePass(context: ServerContext, request: FastifyRequest, reply: FastifyReply, deviceId: string): string {
  const until = context.store.now().getTime() + PASS_LIFE_MS
  const token = Buffer.from(JSON.stringify([deviceId, until, sealOf(context, deviceId, until)])).toString('base64url')
  const secure = request.protocol === 'https' ? '; Secure' : ''
  const life = `; Max-Age=${PASS_LIFE_MS / 1000}`
  reply.header('set-cookie', `${COOKIE}=${token}; HttpOnly; SameSite=Strict; Path=${PASS_PATH}${secure}${life}`)
  return new Date(until).toISOString()
}

/** Guard for routes: an enrolled device with a pass, or signed-in staff. Runs before the body is read. */
export function requireDeviceOrStaff(context: ServerContext) {
  const staff = requireStaff(context)
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const deviceId = passedDevice(context, request)
    if (deviceId === null) {
      if (tokenOf(request) !== null) return staff(request, reply)
      return sendProblem(reply, refusal(401, 'no-pass', 'Ask for a pass with the device key.'))
    }
    const device = await findDevice(context.store.db, context.store.clinicId, deviceId)
    if (device?.revokedAt !== null) return sendProblem(reply, refusal(403, 'device-revoked'))
  }
}

const passedDevice = (context: ServerContext, request: FastifyRequest): string | null => {
  const token = new RegExp(`(?:^|;\\s*)${COOKIE}=([A-Za-z0-9_-]{1,400})(?:;|$)`).exec(request.headers.cookie ?? '')?.[1]
  if (token === undefined) return null
  try {
    const [deviceId, until, seal] = JSON.parse(Buffer.from(token, 'base64url').toString()) as unknown[]
    if (typeof deviceId !== 'string' || typeof until !== 'number' || typeof seal !== 'string') return null
    const isWhole = isSameSecret(seal, sealOf(context, deviceId, until))
    return isWhole && until > context.store.now().getTime() ? deviceId : null
  } catch {
    return null
  }
}
