import { base64url } from 'jose'
import { canonicalJson } from '#domain/shared/canonical-json.ts'

export const utf8 = (text: string): Uint8Array<ArrayBuffer> => new Uint8Array(new TextEncoder().encode(text))
export const fromUtf8 = (bytes: Uint8Array): string => new TextDecoder('utf-8', { fatal: true }).decode(bytes)
export const toBase64Url = (bytes: Uint8Array): string => base64url.encode(bytes)
export const fromBase64Url = (text: string): Uint8Array<ArrayBuffer> => new Uint8Array(base64url.decode(text))

/** SHA-256 (base64url) of the canonical JSON of a value: how the server and the page name one exact packet or review. */
export const hashOf = async (value: unknown): Promise<string> =>
  toBase64Url(new Uint8Array(await crypto.subtle.digest('SHA-256', utf8(canonicalJson(value)))))
