const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const VALUE = new Uint8Array(128)
for (let i = 0; i < ALPHABET.length; i++) VALUE[ALPHABET.charCodeAt(i)] = i

/** Bytes of standard base64 (RFC 4648 §4). The domain has no `atob`. */
export const bytesOf = (text: string): Uint8Array => {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0
  const out = new Uint8Array((text.length / 4) * 3 - padding)
  const at = (i: number): number => VALUE[text.charCodeAt(i)] ?? 0
  for (let i = 0, o = 0; i < text.length; i += 4) {
    const bits = (at(i) << 18) | (at(i + 1) << 12) | (at(i + 2) << 6) | at(i + 3)
    out[o++] = bits >> 16
    if (o < out.length) out[o++] = (bits >> 8) & 255
    if (o < out.length) out[o++] = bits & 255
  }
  return out
}

/** Little-endian float32 values. */
export const floatsOf = (text: string): Float32Array => {
  const bytes = bytesOf(text)
  const view = new DataView(bytes.buffer)
  return Float32Array.from({ length: bytes.length / 4 }, (_, i) => view.getFloat32(i * 4, true))
}
