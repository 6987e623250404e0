import type { QueueItem } from '#contracts/wire/queue.ts'
import type { StaffDirectory } from '#contracts/wire/staff.ts'
import type { StaffServer } from '../ports/clinic-server.ts'
import type { StaffVault } from '../ports/staff-vault.ts'
import type { StaffEvent } from '../staff/staff-events.ts'
import type { CheckedReview, Fault, Opened } from '../staff/staff-model.ts'

type Deps = { server: StaffServer; vault: StaffVault; painted: () => Promise<void> }

/** The whole way in: parameters, stretching, proof, keys, clinic and colleagues. One event comes out. */
export const signIn = async ({ server, vault, painted }: Deps, username: string, passphrase: string): Promise<StaffEvent> => {
  const no = (fault: Fault): StaffEvent => ({ type: 'sign-in-failed', fault })
  const kdf = await server.kdf(username)
  if (!kdf.ok) return no(kdf.error)
  // Stretching blocks the page for about a second: what says so must be on the screen first.
  await painted()
  const proof = await vault.prove(passphrase, kdf.value)
  if (!proof.ok) return no(proof.error)
  const login = await server.login(username, proof.value.authKey)
  if (!login.ok) return no(login.error)
  const unlocked = await proof.value.unlock(login.value)
  if (!unlocked.ok) {
    await server.logout()
    return no(unlocked.error)
  }
  const [clinic, directory] = await Promise.all([server.clinic(), server.directory()])
  const missing = clinic.ok ? (directory.ok ? null : directory.error) : clinic.error
  if (missing || !clinic.ok || !directory.ok) {
    vault.forget()
    await server.logout()
    return no(missing ?? { type: 'offline' })
  }
  const { id, name, role } = login.value.staff
  return { type: 'signed-in', person: { id, name, role }, clinic: clinic.value, directory: directory.value }
}

/** Fetches one sealed packet, decrypts it and checks every review of it. The server writes down that it was opened. */
export const openPacketInVault = async (
  { server, vault }: Deps,
  packetId: string,
  directory: StaffDirectory,
): Promise<{ item: QueueItem | null; opened: Opened }> => {
  const detail = await server.packet(packetId)
  if (!detail.ok) return { item: null, opened: { state: 'failed', fault: detail.error } }
  const { item, sealed, reviews } = detail.value
  const open = await vault.open(sealed)
  if (!open.ok) return { item, opened: { state: 'failed', fault: open.error } }
  const { packet, hash } = open.value
  const checked: CheckedReview[] = []
  for (const signed of reviews) {
    const check = await vault.check(signed, hash, sealed.routing.epoch, directory)
    checked.push(check.ok ? { trusted: true, ...check.value } : { trusted: false })
  }
  return { item, opened: { state: 'open', packet, hash, reviews: checked, asOf: item.state } }
}
