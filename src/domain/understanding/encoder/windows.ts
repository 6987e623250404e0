/** Characters of one pass of the encoder: with profile and answers under its 320 tokens for any wording seen. */
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

/** Lines that are cut off or left out one by one; a longer text is cut only near its ends. */
const MOST_LINES = 6

/**
 * The text itself, and with several lines also the text without its first lines, without its last ones, and without each one
 * between (blanked, so that places stay): what is typed before, after or into a story, by whoever, must not thin it out.
 */
export const variantsOf = (text: string): string[] => {
  const lines = [...text.matchAll(/[^\n\r]*\S[^\n\r]*/g)].map((m) => ({ start: m.index, end: m.index + m[0].length }))
  const blank = (from: number, to: number): string => text.slice(0, from) + ' '.repeat(to - from) + text.slice(to)
  const near = (i: number): boolean => lines.length <= MOST_LINES || i < MOST_LINES / 2 || i >= lines.length - MOST_LINES / 2
  const cut = lines.flatMap(({ start, end }, i): string[] => {
    if (!near(i)) return []
    const before = i < lines.length - 1 ? [blank(0, end)] : []
    const after = i > 0 ? [blank(start, text.length)] : []
    const without = i > 0 && i < lines.length - 1 ? [blank(start, end)] : []
    return [...before, ...after, ...without]
  })
  return [...new Set([text, ...cut])]
}
