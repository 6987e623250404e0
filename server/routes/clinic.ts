import { ClinicEpoch, ClinicInfo, PublicJwk } from '#contracts/wire/keys.ts'
import type { App, ServerContext } from '../context.ts'
import { problemAnswers } from '../problems.ts'
import type { Store } from '../repositories/store.ts'

/** What a device or staff page needs first: the clinic, its newest epoch and the key to check receipts with. */
export async function readClinicInfo({ db, clinicId, now }: Store): Promise<ClinicInfo> {
  const clinic = await db.selectFrom('clinics').selectAll().where('clinic_id', '=', clinicId).executeTakeFirstOrThrow()
  const epochs = db.selectFrom('epochs').select('info').where('clinic_id', '=', clinicId)
  const { info } = await epochs.orderBy('epoch', 'desc').executeTakeFirstOrThrow()
  return {
    clinicId,
    name: clinic.name,
    epoch: ClinicEpoch.parse(JSON.parse(info)),
    receiptKey: PublicJwk.parse(JSON.parse(clinic.receipt_key)),
    serverTime: now().toISOString(),
  }
}

export function addClinicRoutes(app: App, { store }: ServerContext): void {
  app.get('/api/clinic', { schema: { response: { 200: ClinicInfo, ...problemAnswers } } }, () => readClinicInfo(store))
}
