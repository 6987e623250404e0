/** Where one token lies in the text it was made of; null for tokens that stand for no text of their own. */
export type Place = { start: number; end: number } | null

const SPACE = /\s/u
const WORD_END = /[\s!-/:-@[-`{-~]/u
/** How far the walk may skip what has no piece of its own. */
const FAR = 200

/** Places of WordPiece tokens in folded text, found by walking along it. An unknown sign has no place and is walked over. */
export const placesOf = (pieces: readonly string[], folded: string): Place[] => {
  let at = 0
  return pieces.map((piece) => {
    const text = piece.startsWith('##') ? piece.slice(2) : piece
    while (at < folded.length && SPACE.test(folded[at] ?? '')) at++
    if (text === '') return null
    if (piece === '[UNK]') {
      do at++
      while (at < folded.length && !WORD_END.test(folded[at] ?? ''))
      return null
    }
    const found = folded.startsWith(text, at) ? at : text === piece ? folded.indexOf(text, at) : -1
    // Far away it is another word that happens to be the same.
    if (found < 0 || found - at > FAR) return null
    at = found + text.length
    return { start: found, end: at }
  })
}
