import { err, ok, type Result } from '#contracts/result.ts'
import { fromUtf8, utf8 } from './bytes.ts'

/** Ciphertext of one row: a fresh 96-bit nonce in front of AES-256-GCM output (NIST SP 800-38D). */
export type Ciphertext = Uint8Array<ArrayBuffer>

/** Encrypts what a session keeps on disk. `context` (table and row id) is bound in, so rows cannot be swapped. */
export interface SessionCipher {
  seal(plaintext: string, context: string): Promise<Ciphertext>
  open(ciphertext: Ciphertext, context: string): Promise<Result<string, { type: 'not-readable' }>>
}

const NONCE_BYTES = 12

/** A session's key exists only in this closure, cannot be exported, and is gone with the page. */
export const newSessionCipher = async (): Promise<SessionCipher> => {
  const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
  return {
    seal: async (plaintext, context) => {
      const iv = crypto.getRandomValues(new Uint8Array(NONCE_BYTES))
      const body = await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData: utf8(context) }, key, utf8(plaintext))
      const out = new Uint8Array(NONCE_BYTES + body.byteLength)
      out.set(iv)
      out.set(new Uint8Array(body), NONCE_BYTES)
      return out
    },
    open: async (ciphertext, context) => {
      try {
        const iv = ciphertext.slice(0, NONCE_BYTES)
        const body = ciphertext.slice(NONCE_BYTES)
        const plain = await crypto.subtle.decrypt({ name: 'AES-GCM', iv, additionalData: utf8(context) }, key, body)
        return ok(fromUtf8(new Uint8Array(plain)))
      } catch {
        return err({ type: 'not-readable' })
      }
    },
  }
}
