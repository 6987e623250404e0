import { randomBytes } from 'node:crypto'
import { PublicJwk } from '#contracts/wire/keys.ts'
import { sha256 } from '../crypto/hashes.ts'
import type { Person } from './staff.ts'
import type { Store } from './store.ts'

export const IDLE_MS = 30 * 60_000
export const ABSOLUTE_MS = 12 * 3_600_000
/** Being seen is written down at most this often. */
const TOUCH_MS = 30_000

export type Session = { person: Person; tokenHash: string; expiresAt: string }

/** Opens a session; the server keeps only the hash of the token. */
export async function openSession(store: Store, staffId: string): Promise<{ token: string; expiresAt: string }> {
  const token = randomBytes(32).toString('base64url')
  const now = store.now()
  const at = now.toISOString()
  const expiresAt = new Date(now.getTime() + ABSOLUTE_MS).toISOString()
  const row = { clinic_id: store.clinicId, token_hash: sha256(token), staff_id: staffId }
  await store.db.deleteFrom('sessions').where('clinic_id', '=', store.clinicId).where('expires_at', '<', at).execute()
  await store.db
    .insertInto('sessions')
    .values({ ...row, created_at: at, last_seen_at: at, expires_at: expiresAt })
    .execute()
  return { token, expiresAt }
}

/** The session of a token: alive, its person active. `touch` false looks without counting as activity. */
export async function findSession(store: Store, token: string, touch = true): Promise<Session | null> {
  const { db, clinicId } = store
  const tokenHash = sha256(token)
  const now = store.now().getTime()
  const row = await db
    .selectFrom('sessions as s')
    .innerJoin('staff as p', (join) => join.onRef('p.clinic_id', '=', 's.clinic_id').onRef('p.staff_id', '=', 's.staff_id'))
    .select(['s.last_seen_at', 's.expires_at', 'p.staff_id', 'p.name', 'p.role', 'p.signing_key'])
    .where('s.clinic_id', '=', clinicId)
    .where('s.token_hash', '=', tokenHash)
    .where('p.active', '=', true)
    .executeTakeFirst()
  if (!row || Date.parse(row.expires_at) <= now || Date.parse(row.last_seen_at) + IDLE_MS <= now) return null
  if (touch && Date.parse(row.last_seen_at) + TOUCH_MS < now) {
    const seen = db.updateTable('sessions').set({ last_seen_at: new Date(now).toISOString() })
    await seen.where('clinic_id', '=', clinicId).where('token_hash', '=', tokenHash).execute()
  }
  const signingKey = PublicJwk.parse(JSON.parse(row.signing_key))
  return { person: { staffId: row.staff_id, name: row.name, role: row.role, signingKey }, tokenHash, expiresAt: row.expires_at }
}

export async function closeSession(store: Store, tokenHash: string): Promise<void> {
  const all = store.db.deleteFrom('sessions').where('clinic_id', '=', store.clinicId)
  await all.where('token_hash', '=', tokenHash).execute()
}
