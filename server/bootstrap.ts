import { randomUUID } from 'node:crypto'
import type { StaffRole } from '#contracts/clinical/review.ts'
import type { PublicJwk } from '#contracts/wire/keys.ts'
import { sha256 } from './crypto/hashes.ts'
import { newPrivateKey, wrapEpochKey, wrapStaffKeys } from './crypto/key-pairs.ts'
import { newKdf, newPassphrase, stretch } from './crypto/passphrase.ts'
import { publicHalf } from './crypto/signatures.ts'
import type { GenesisRecord, StaffRecord } from './repositories/records.ts'

/** Shown once to whoever starts the server first; never stored or logged. */
export type Credential = { username: string; role: StaffRole; passphrase: string }

const demoStaff: readonly { username: string; name: string; role: StaffRole }[] = [
  { username: 'nurse.demo', name: 'Demo Nurse', role: 'nurse' },
  { username: 'doctor.demo', name: 'Demo Doctor', role: 'doctor' },
  { username: 'admin.demo', name: 'Demo Administrator', role: 'admin' },
]

/**
 * Founds a clinic: first epoch and the demo staff. The epoch's private key and the people's private keys exist only
 * here and only until return; what is kept is wrapped to people whose passphrases the server does not keep.
 */
export async function foundClinic(
  name: string,
  receiptKey: PublicJwk,
  now: Date,
): Promise<{ record: GenesisRecord; credentials: Credential[] }> {
  const clinicId = `clinic-${randomUUID()}`
  const epochKey = await newPrivateKey('enc')
  const epoch = { clinicId, epoch: 1, encryptionKey: publicHalf(epochKey), createdAt: now.toISOString() }
  const staff: StaffRecord[] = []
  const epochKeys: GenesisRecord['epochKeys'] = []
  const credentials: Credential[] = []
  for (const person of demoStaff) {
    const staffId = `staff-${randomUUID()}`
    const passphrase = newPassphrase()
    const kdf = newKdf()
    const { authKey, wrapKey } = await stretch(passphrase, kdf)
    const keys = { ecdh: await newPrivateKey('enc'), ecdsa: await newPrivateKey('sig') }
    staff.push({
      staffId,
      ...person,
      kdf,
      authHash: sha256(authKey),
      wrappedKeys: await wrapStaffKeys(wrapKey, keys),
      wrappingKey: publicHalf(keys.ecdh),
      signingKey: publicHalf(keys.ecdsa),
    })
    epochKeys.push({ epoch: 1, staffId, jwe: await wrapEpochKey(publicHalf(keys.ecdh), epochKey) })
    credentials.push({ username: person.username, role: person.role, passphrase })
    authKey.fill(0)
    wrapKey.fill(0)
  }
  return { record: { clinicId, name, receiptKey, epoch, staff, epochKeys }, credentials }
}
