/**
 * Canonical JSON after RFC 8785: members sorted by UTF-16 code units, no white space, scalars as `JSON.stringify` writes
 * them. Members that are `undefined` are left out, so that a value and its copy after a round trip hash alike. Throws on
 * what JSON cannot hold (NaN, functions, bigint): that is a bug of the caller.
 */
export const canonicalJson = (value: unknown): string => {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return JSON.stringify(value)
    case 'number':
      if (!Number.isFinite(value)) throw new TypeError('canonical JSON holds finite numbers only')
      return JSON.stringify(value)
    case 'object':
      if (value === null) return 'null'
      if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(',')}]`
      return `{${Object.entries(value)
        .filter(([, member]) => member !== undefined)
        .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
        .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`)
        .join(',')}}`
    default:
      throw new TypeError(`canonical JSON cannot hold a ${typeof value}`)
  }
}
