/**
 * What a text may say (JSON, travels inside a schema; made by `text-graph.ts` of the domain): pieces of text with the place
 * each leads to. A text is a way from `start` to a place in `end`.
 */
export type TextGraphData = {
  readonly start: readonly (readonly [piece: string, place: string])[]
  readonly next: Readonly<Record<string, readonly (readonly [piece: string, place: string])[]>>
  readonly end: readonly string[]
}

/** A node of a byte trie; `places` are reached where a piece ends. */
type Trie = { readonly id: number; readonly next: Map<number, Trie>; readonly places: Set<string> }

/** Where a text stands: several nodes at once where one piece begins another. */
export type TextState = readonly Trie[]

const utf8 = new TextEncoder()

/** Follows a text byte by byte through its graph (subset construction, as far as it is walked). */
export class TextGraph {
  #ids = 0
  readonly #ends: ReadonlySet<string>
  readonly #tries = new Map<string, Trie>()

  constructor(private readonly data: TextGraphData) {
    this.#ends = new Set(data.end)
  }

  begin(): TextState {
    return [this.#trie('', this.data.start)]
  }

  /** The state after `byte`; undefined when no text goes on so. */
  step(state: TextState, byte: number): TextState | undefined {
    const found = new Map<number, Trie>()
    const follow = (trie: Trie): void => {
      const next = trie.next.get(byte)
      if (next) found.set(next.id, next)
    }
    for (const trie of state) {
      follow(trie)
      for (const place of trie.places) follow(this.#trie(place, this.data.next[place] ?? []))
    }
    return found.size > 0 ? [...found.values()] : undefined
  }

  mayEnd(state: TextState): boolean {
    return state.some((trie) => [...trie.places].some((place) => this.#ends.has(place)))
  }

  /** Names states that go on alike. */
  key(state: TextState): string {
    return state.map((trie) => trie.id).join('+')
  }

  #trie(place: string, pieces: TextGraphData['start']): Trie {
    const known = this.#tries.get(place)
    if (known) return known
    const root = this.#node()
    for (const [piece, leads] of pieces) {
      let at = root
      for (const byte of utf8.encode(piece)) {
        let next = at.next.get(byte)
        if (!next) {
          next = this.#node()
          at.next.set(byte, next)
        }
        at = next
      }
      at.places.add(leads)
    }
    this.#tries.set(place, root)
    return root
  }

  #node(): Trie {
    return { id: this.#ids++, next: new Map(), places: new Set() }
  }
}
