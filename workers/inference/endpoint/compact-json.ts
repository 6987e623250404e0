/** Takes the white space between the members out of JSON that arrives in pieces, so that it reads as `JSON.stringify` writes it. */
export class CompactJson {
  #inString = false
  #escaped = false

  push(piece: string): string {
    let kept = ''
    for (const c of piece) {
      if (!this.#inString && /\s/.test(c)) continue
      kept += c
      if (this.#escaped) this.#escaped = false
      else if (this.#inString && c === '\\') this.#escaped = true
      else if (c === '"') this.#inString = !this.#inString
    }
    return kept
  }
}
