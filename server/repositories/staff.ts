import { createHmac } from 'node:crypto'
import { err, ok, type Result } from '#contracts/result.ts'
import { PublicJwk } from '#contracts/wire/keys.ts'
import { KdfParams, type LoginRequest, type LoginResponse, type StaffDirectory } from '#contracts/wire/staff.ts'
import { isSameSecret, sha256 } from '../crypto/hashes.ts'
import { decoyKdf } from '../crypto/passphrase.ts'
import { type Refusal, refusal } from '../problems.ts'
import type { Db, Tables } from './schema.ts'
import type { Store } from './store.ts'

/** A signed-in member of staff. */
export type Person = { staffId: string; name: string; role: Tables['staff']['role']; signingKey: PublicJwk }

export const LOGIN_FAILURES = 8
const LOGIN_WINDOW_MS = 15 * 60_000

const nameTag = (loginSecret: string, username: string): string =>
  createHmac('sha256', loginSecret).update(normalName(username)).digest('base64url').slice(0, 16)

const normalName = (username: string): string => username.normalize('NFKC').trim().toLowerCase()

async function findByUsername(db: Db, clinicId: string, username: string) {
  const query = db.selectFrom('staff').selectAll().where('clinic_id', '=', clinicId)
  return query.where('username', '=', normalName(username)).where('active', '=', true).executeTakeFirst()
}

/** Argon2id parameters for a name; made-up but stable ones when nobody has it. */
export async function kdfFor(store: Store, loginSecret: string, username: string): Promise<KdfParams> {
  const row = await findByUsername(store.db, store.clinicId, username)
  return row ? KdfParams.parse(JSON.parse(row.kdf)) : decoyKdf(loginSecret, normalName(username))
}

/** Public keys of everybody, to check attestations. */
export async function listStaff(db: Db, clinicId: string): Promise<StaffDirectory['staff']> {
  const rows = await db.selectFrom('staff').selectAll().where('clinic_id', '=', clinicId).orderBy('username').execute()
  return rows.map((row) => ({
    id: row.staff_id,
    name: row.name,
    role: row.role,
    signingKey: PublicJwk.parse(JSON.parse(row.signing_key)),
    active: row.active,
  }))
}

/** What a signed-in person needs to unlock their keys, valid until `expiresAt`. */
export async function loginAnswer(db: Db, clinicId: string, staffId: string, expiresAt: string): Promise<LoginResponse> {
  const row = await db
    .selectFrom('staff')
    .selectAll()
    .where('clinic_id', '=', clinicId)
    .where('staff_id', '=', staffId)
    .executeTakeFirstOrThrow()
  const epochKeys = await db
    .selectFrom('epoch_keys')
    .select(['epoch', 'jwe'])
    .where('clinic_id', '=', clinicId)
    .where('staff_id', '=', staffId)
    .orderBy('epoch')
    .execute()
  const signingKey = PublicJwk.parse(JSON.parse(row.signing_key))
  return {
    staff: { id: row.staff_id, name: row.name, role: row.role, signingKey },
    wrappedKeys: row.wrapped_keys,
    epochKeys,
    expiresAt,
  }
}

/**
 * Checks a proof of passphrase and answers the person's id. Failures are recorded in the ledger; too many of them for
 * one name within 15 minutes and the name has to wait, whoever asks.
 */
export async function login(
  store: Store,
  loginSecret: string,
  { username, authKey }: LoginRequest,
): Promise<Result<string, Refusal>> {
  const offered = sha256(Buffer.from(authKey, 'base64url'))
  return store.commit<Result<string, Refusal>>(async (tx, { at, clinicId }) => {
    const row = await findByUsername(tx, clinicId, username)
    // Names nobody has wait as well, and stand in the ledger only as a keyed hash: anything may be typed there.
    const actor = row ? `staff:${row.staff_id}` : `staff:unknown-${nameTag(loginSecret, username)}`
    const waitSeconds = await secondsToWait(tx, clinicId, actor, Date.parse(at))
    if (waitSeconds > 0) {
      return { draft: null, answer: err({ ...refusal(429, 'too-many-attempts'), retryAfterSeconds: waitSeconds }) }
    }
    // Unknown names are compared as well: the time of an answer tells nothing about who works here.
    const isRight = isSameSecret(row?.auth_hash ?? sha256('nobody'), offered)
    if (row && isRight) return { draft: { kind: 'staff-login', actor, detail: {} }, answer: ok(row.staff_id) }
    return { draft: { kind: 'staff-login-failed', actor, detail: {} }, answer: err(refusal(401, 'bad-credentials')) }
  })
}

async function secondsToWait(db: Db, clinicId: string, actor: string, now: number): Promise<number> {
  const recent = await db
    .selectFrom('ledger')
    .select(['kind', 'at'])
    .where('clinic_id', '=', clinicId)
    .where('actor', '=', actor)
    .where('kind', 'in', ['staff-login', 'staff-login-failed'])
    .where('at', '>', new Date(now - LOGIN_WINDOW_MS).toISOString())
    .orderBy('seq', 'desc')
    .limit(LOGIN_FAILURES)
    .execute()
  const oldest = recent.at(-1)
  if (recent.length < LOGIN_FAILURES || !oldest || recent.some((entry) => entry.kind === 'staff-login')) return 0
  return Math.max(1, Math.ceil((Date.parse(oldest.at) + LOGIN_WINDOW_MS - now) / 1000))
}
