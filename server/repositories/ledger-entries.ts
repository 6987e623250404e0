import { err, ok, type Result } from '#contracts/result.ts'
import type { AiInteraction, LedgerEntry, LedgerPage } from '#contracts/wire/ledger.ts'
import { canonicalJson } from '../crypto/canonical-json.ts'
import { hashOf } from '../crypto/hashes.ts'
import { type Refusal, refusal } from '../problems.ts'
import { checkDevice } from './devices.ts'
import type { Db, Tables } from './schema.ts'
import type { Store } from './store.ts'

/** Short names, versions and hashes; a blank or a sentence is no token, so no patient's words fit in. */
const TOKEN = /^[A-Za-z0-9._:@/+=-]{1,200}$/

export type LedgerQuery = { after: number | undefined; limit: number; order: 'asc' | 'desc'; packetId: string | undefined }

export function toEntry(row: Tables['ledger']): LedgerEntry {
  const { clinic_id: clinicId, packet_id: packetId, detail, ...rest } = row
  return { ...rest, clinicId, packetId, detail: JSON.parse(detail) }
}

/** A page of the ledger in either direction; `next` is the `after` of the following page. */
export async function readLedger(db: Db, clinicId: string, { after, limit, order, packetId }: LedgerQuery): Promise<LedgerPage> {
  let query = db.selectFrom('ledger').selectAll().where('clinic_id', '=', clinicId)
  if (after !== undefined) query = query.where('seq', order === 'asc' ? '>' : '<', after)
  if (packetId !== undefined) query = query.where('packet_id', '=', packetId)
  const rows = await query
    .orderBy('seq', order)
    .limit(limit + 1)
    .execute()
  const { head_hash } = await db
    .selectFrom('clinics')
    .select('head_hash')
    .where('clinic_id', '=', clinicId)
    .executeTakeFirstOrThrow()
  const entries = rows.slice(0, limit).map(toEntry)
  return { entries, next: rows.length > limit ? (entries.at(-1)?.seq ?? null) : null, headHash: head_hash }
}

/** Records one AI interaction a device signed. The same record again changes nothing. */
export async function recordInteraction(store: Store, interaction: AiInteraction): Promise<Result<null, Refusal>> {
  const { signature, ...signed } = interaction
  const tokens = Object.values(interaction).filter((value) => typeof value === 'string')
  if (!tokens.every((text) => TOKEN.test(text))) return err(refusal(422, 'not-a-token'))
  const device = await checkDevice(store.db, store.clinicId, signed.deviceId, canonicalJson(signed), signature)
  if (!device.ok) return device
  const { packetId, ...detail } = signed
  const interactionHash = hashOf(signed)
  return store.commit<Result<null, Refusal>>(async (tx, { clinicId }) => {
    const rows = tx.selectFrom('interactions').select('at').where('clinic_id', '=', clinicId).where('packet_id', '=', packetId)
    if (await rows.where('interaction_hash', '=', interactionHash).executeTakeFirst()) return { draft: null, answer: ok(null) }
    const actor = `device:${signed.deviceId}`
    return {
      draft: { kind: 'ai-interaction', actor, packetId, detail: { ...detail, interactionHash, signature } },
      answer: ok(null),
    }
  })
}
