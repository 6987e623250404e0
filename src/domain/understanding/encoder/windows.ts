/** Characters of one pass of the encoder: under its 256 tokens for any wording seen. */
const MOST = 700
/** How far back from the limit a better place to cut is looked for. */
const BACK = 300

/** A long text in pieces `[start, end)` that end with a sentence, a line or at least a word; a short one whole. */
export const windowsOf = (text: string): { start: number; end: number }[] => {
  const out: { start: number; end: number }[] = []
  let start = 0
  while (text.length - start > MOST) {
    const piece = text.slice(start, start + MOST)
    const cut = [/[.!?\n](?!.*[.!?\n])/s, /\s(?!.*\s)/s].map((last) => piece.search(last) + 1).find((at) => at > MOST - BACK)
    const end = start + (cut ?? MOST)
    out.push({ start, end })
    start = end
  }
  out.push({ start, end: text.length })
  return out
}
