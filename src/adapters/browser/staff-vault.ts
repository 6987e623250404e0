import type { StaffVault } from '#app/ports/staff-vault.ts'
import { err, ok } from '#contracts/result.ts'
import { openPacket, openReview, signReview } from '../crypto/open-packet.ts'
import { type StaffKeys, stretchPassphrase, unwrapStaffKeys } from '../crypto/staff-keys.ts'

/** Keys live in this closure alone: not in storage, not in the model, gone with a reload. */
export const memoryVault = (): StaffVault => {
  let keys: StaffKeys | null = null
  const locked = err({ type: 'locked' as const })
  return {
    prove: async (passphrase, kdf) => {
      const stretched = await stretchPassphrase(passphrase, kdf)
      if (!stretched.ok) return stretched
      const { authKey, wrapKey } = stretched.value
      return ok({
        authKey,
        unlock: async (login) => {
          const unwrapped = await unwrapStaffKeys(wrapKey, login)
          wrapKey.fill(0)
          if (!unwrapped.ok) return unwrapped
          keys = unwrapped.value
          return ok(null)
        },
      })
    },
    open: async (sealed) => {
      if (!keys) return locked
      const opened = await openPacket(sealed, keys)
      return opened.ok ? opened : err({ type: opened.error.type })
    },
    sign: async (review, epoch) => (keys ? ok(await signReview(review, keys, epoch)) : locked),
    check: async (signed, packetHash, epoch, directory) =>
      keys ? openReview(signed, packetHash, epoch, keys, directory) : locked,
    forget: () => {
      keys = null
    },
  }
}
