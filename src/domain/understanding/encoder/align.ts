/** Where one token lies in the text it was made of; null for tokens that stand for no text of their own. */
export type Place = { start: number; end: number } | null

const SPACE = /\s/u

/**
 * Places of WordPiece tokens in folded text, found by walking along it. A piece that is not there (an unknown sign) has no
 * place, and the walk goes on at the next piece that is.
 */
export const placesOf = (pieces: readonly string[], folded: string): Place[] => {
  let at = 0
  return pieces.map((piece) => {
    const text = piece.startsWith('##') ? piece.slice(2) : piece
    while (at < folded.length && SPACE.test(folded[at] ?? '')) at++
    const found = folded.startsWith(text, at) ? at : folded.indexOf(text, at)
    // Far away it is another word that happens to be the same.
    if (text === '' || found < 0 || found - at > 24) return null
    at = found + text.length
    return { start: found, end: at }
  })
}
