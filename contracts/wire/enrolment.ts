import { z } from 'zod'
import { ClinicInfo, PublicJwk } from './keys.ts'

/** `POST /api/devices/enrol`: a one-time code (shown to staff, 15 minutes) buys a device id. */
export const EnrolRequest = z.strictObject({
  code: z.string().min(8).max(40),
  name: z.string().min(1).max(60),
  /** ES256 device key; proves itself by signing `anteroom-enrol.<code>` (detached, base64url ES256 signature). */
  deviceKey: PublicJwk,
  proof: z.string(),
})
export type EnrolRequest = z.infer<typeof EnrolRequest>
export const EnrolResponse = z.strictObject({ deviceId: z.string(), clinic: ClinicInfo })
export type EnrolResponse = z.infer<typeof EnrolResponse>

/** `POST /api/devices/codes` (admin or nurse). */
export const EnrolCodeResponse = z.strictObject({ code: z.string(), expiresAt: z.iso.datetime() })
export type EnrolCodeResponse = z.infer<typeof EnrolCodeResponse>

/** `GET /api/devices`: enrolled kiosks, for staff. */
export const DeviceItem = z.strictObject({
  deviceId: z.string(),
  name: z.string(),
  enrolledAt: z.iso.datetime(),
  revokedAt: z.iso.datetime().nullable(),
})
export type DeviceItem = z.infer<typeof DeviceItem>
export const DeviceList = z.strictObject({ devices: z.array(DeviceItem) })
export type DeviceList = z.infer<typeof DeviceList>
