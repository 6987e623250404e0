import { createHash, timingSafeEqual } from 'node:crypto'
import { canonicalJson } from './canonical-json.ts'

/** SHA-256 as unpadded base64url. Strings are hashed as UTF-8. */
export const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('base64url')

/** SHA-256 (base64url) of the canonical JSON of a value. */
export const hashOf = (value: unknown): string => sha256(canonicalJson(value))

/** Compares two strings in time that does not depend on where they differ. */
export function isSameSecret(a: string, b: string): boolean {
  const left = Buffer.from(a)
  const right = Buffer.from(b)
  return left.length === right.length && timingSafeEqual(left, right)
}
