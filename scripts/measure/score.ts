import { type Estimate, wilson } from '#evaluation/metrics/intervals.ts'

/** Lower-case words and numbers. */
const tokens = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []

/** ROUGE-L F1 of two texts: longest common subsequence of words (Lin 2004). 0-1. */
export const rougeL = (written: string, reference: string): number => {
  const [a, b] = [tokens(written), tokens(reference)]
  let row = new Array<number>(b.length + 1).fill(0)
  for (const word of a) {
    const next = [0]
    for (let j = 1; j <= b.length; j++) {
      next.push(word === b[j - 1] ? (row[j - 1] ?? 0) + 1 : Math.max(row[j] ?? 0, next[j - 1] ?? 0))
    }
    row = next
  }
  const common = row[b.length] ?? 0
  return common === 0 ? 0 : (2 * common) / (a.length + b.length)
}

/** Counts of a set-valued answer against what is right. */
export class Matches {
  right = 0
  written = 0
  wanted = 0

  add(written: ReadonlySet<string>, wanted: ReadonlySet<string>): void {
    this.right += [...written].filter((x) => wanted.has(x)).length
    this.written += written.size
    this.wanted += wanted.size
  }

  /** Precision and recall with Wilson's interval, F1 without one. */
  report(): { precision: Estimate; recall: Estimate; f1: number } {
    const f1 = this.right === 0 ? 0 : (2 * this.right) / (this.written + this.wanted)
    return { precision: wilson(this.right, this.written), recall: wilson(this.right, this.wanted), f1 }
  }
}

/** Shares by name, each over its own number of tries. */
export class Shares {
  readonly #counts = new Map<string, { hits: number; n: number }>()

  add(name: string, hit: boolean): void {
    const { hits, n } = this.#counts.get(name) ?? { hits: 0, n: 0 }
    this.#counts.set(name, { hits: hits + Number(hit), n: n + 1 })
  }

  report(): Record<string, Estimate> {
    return Object.fromEntries([...this.#counts].map(([name, { hits, n }]) => [name, wilson(hits, n)]))
  }
}
