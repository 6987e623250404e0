import { err, ok, type Result } from '#contracts/result.ts'
import type { StoreError } from '../refusal.ts'

/** A file at its publisher. */
export type Place = { upstream: string; repository: string; revision: string; path: string }

/** Addresses where a file may lie, the likeliest first. */
export type Mirror = { name: string; addresses(place: Place): string[] }

/** A base address laid out as the hub is (`<repository>/resolve/<revision>/<file>`) or as plain folders (`<repository>/<file>`). */
export const mirrorAt = (base: string): Mirror => {
  const at = base.replace(/\/+$/, '')
  return {
    name: withoutUser(at),
    addresses: ({ repository, revision, path }) => [
      `${at}/${repository}/resolve/${revision}/${path}`,
      `${at}/${repository}/${path}`,
    ],
  }
}

/** The publishers themselves, by the address templates of the catalogue. */
export const publishers = (upstreams: Readonly<Record<string, string>>): Mirror => ({
  name: 'upstream',
  addresses: ({ upstream, repository, revision, path }) => [
    (upstreams[upstream] ?? '').replace('{repository}', repository).replace('{revision}', revision).replace('{path}', path),
  ],
})

const withoutUser = (address: string): string => {
  const url = new URL(address)
  return `${url.origin}${url.pathname.replace(/\/$/, '')}`
}

/** An answer to a request for `first`…`last` (inclusive; `last` null: to the end). `total` null when the server does not say. */
export type Answer = {
  status: number
  first: number
  total: number | null
  etag: string | null
  body: AsyncIterable<Uint8Array>
  cancel(): Promise<void>
}

const NOTHING: AsyncIterable<Uint8Array> = { async *[Symbol.asyncIterator]() {} }

/** Null when nothing answered. */
export const getRange = async (
  address: string,
  first: number,
  last: number | null,
  signal: AbortSignal,
): Promise<Answer | null> => {
  try {
    const headers = { range: `bytes=${first}-${last ?? ''}`, 'accept-encoding': 'identity' }
    const response = await fetch(address, { headers, signal, redirect: 'follow' })
    const range = /^bytes (\d+)-\d+\/(\d+)$/.exec(response.headers.get('content-range') ?? '')
    const length = response.headers.get('content-length')
    return {
      status: response.status,
      first: range ? Number(range[1]) : 0,
      total: range ? Number(range[2]) : length === null ? null : Number(length),
      etag: response.headers.get('etag'),
      body: response.body ?? NOTHING,
      cancel: async () => void (await response.body?.cancel().catch(() => undefined)),
    }
  } catch {
    return null
  }
}

/** Where a file lies and what the server says of it. `ranges` false: it only gives whole files. */
export type Found = { address: string; total: number | null; etag: string | null; ranges: boolean }

/** Asks for the first byte of a file at each of its addresses. */
export const findFile = async (mirror: Mirror, place: Place, signal: AbortSignal): Promise<Result<Found, StoreError>> => {
  let status = 404
  for (const address of mirror.addresses(place)) {
    const answer = await getRange(address, 0, 0, signal)
    if (!answer) return err({ type: 'mirror-unreachable' })
    await answer.cancel()
    const { total, etag } = answer
    if (answer.status === 206) return ok({ address, total, etag, ranges: total !== null })
    if (answer.status === 200) return ok({ address, total, etag, ranges: false })
    status = answer.status
    if (status !== 404) break
  }
  return err({ type: 'not-on-mirror', path: place.path, status })
}
