/** Characters of one pass of the encoder: under its 256 tokens for any wording seen. */
const MOST = 700
/** How far back from the limit a better place to cut is looked for. */
const BACK = 300

/** A text without the blanks around it: whole, or if it is long in pieces `[start, end)` that end with a sentence, a line or at least a word. */
export const windowsOf = (text: string): { start: number; end: number }[] => {
  const out: { start: number; end: number }[] = []
  const last = text.trimEnd().length
  let start = Math.min(last, text.length - text.trimStart().length)
  while (last - start > MOST) {
    const piece = text.slice(start, start + MOST)
    const cut = [/[.!?\n](?!.*[.!?\n])/s, /\s(?!.*\s)/s].map((last) => piece.search(last) + 1).find((at) => at > MOST - BACK)
    const end = start + (cut ?? MOST)
    out.push({ start, end })
    start = end
  }
  out.push({ start, end: last })
  return out
}

const MOST_LINES = 6

/**
 * The text itself, and with several lines also the text without each of them (blanked, so that places stay): a line typed
 * before or after a story, by whoever, must not thin it out. Of many lines the first and the last are left out, and read alone.
 */
export const variantsOf = (text: string): string[] => {
  const lines = [...text.matchAll(/[^\n\r]*\S[^\n\r]*/g)].map((m) => ({ start: m.index, end: m.index + m[0].length }))
  if (lines.length < 2) return [text]
  const blank = (from: number, to: number): string => text.slice(0, from) + ' '.repeat(to - from) + text.slice(to)
  if (lines.length <= MOST_LINES) return [text, ...lines.map(({ start, end }) => blank(start, end))]
  const [first, last] = [lines[0]?.end ?? 0, lines.at(-1)?.start ?? 0]
  return [text, blank(0, first), blank(last, text.length), blank(first, text.length), blank(0, last)]
}
