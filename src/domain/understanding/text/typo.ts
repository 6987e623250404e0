/** Words below this length are never corrected: a wrong letter makes them another word too easily. */
const MIN_LENGTH = 6

/** Everyday words one letter away from symptom words; they are what they say. */
const REAL_WORDS = new Set(
  (
    'strike threat smelling spelling taking talking waking walking hearing heating eating beating bleating mother another ' +
    'weather feather filling falling failing seating sweeting shaving shading stinging singing burying running coming ' +
    'change chance charge getting sitting hitting heading reading holding hiding hurrying morning mourning having ' +
    'nothing noting finding minding wanting hoping hopping breasts breast wearing hearth health wealth stroked ' +
    'pausing passing posting parting patient patients patience resting testing working washing watching caught ' +
    'taught thought through though should shoulder shouted sleeping slipping stopping stepping visiting cooking writing ' +
    'writes cancel cancelled grants granting trevor setting leading leaving contract injection speeding sharing shares branch'
  ).split(' '),
)

const deletions = (word: string): string[] => {
  const out: string[] = []
  for (let i = 0; i < word.length; i++) out.push(word.slice(0, i) + word.slice(i + 1))
  return out
}

/** True when one insertion, deletion, substitution or swap of neighbours makes `a` into `b`. */
export const isOneEditApart = (a: string, b: string): boolean => {
  if (a === b || Math.abs(a.length - b.length) > 1) return false
  let i = 0
  while (i < a.length && i < b.length && a[i] === b[i]) i++
  let x = a.length - 1
  let y = b.length - 1
  while (x >= i && y >= i && a[x] === b[y]) {
    x--
    y--
  }
  const left = a.slice(i, x + 1)
  const right = b.slice(i, y + 1)
  if (left.length <= 1 && right.length <= 1) return true
  return left.length === 2 && right.length === 2 && left[0] === right[1] && left[1] === right[0]
}

export type TypoIndex = ReadonlyMap<string, readonly string[]>

/** Every word of at least six letters under each of its one-letter deletions (and itself). */
export const compileTypos = (vocabulary: Iterable<string>): TypoIndex => {
  const index = new Map<string, string[]>()
  for (const word of vocabulary) {
    if (word.length < MIN_LENGTH || /\d/.test(word)) continue
    for (const key of [word, ...deletions(word)]) {
      const list = index.get(key)
      if (list) list.push(word)
      else index.set(key, [word])
    }
  }
  return index
}

/** Vocabulary words one edit away from a word that is not itself known. The first letter must be right. */
export const corrections = (word: string, index: TypoIndex): string[] => {
  if (word.length < MIN_LENGTH || REAL_WORDS.has(word) || /\d/.test(word)) return []
  const found = new Set<string>()
  for (const key of [word, ...deletions(word)])
    for (const candidate of index.get(key) ?? [])
      if (candidate[0] === word[0] && isOneEditApart(word, candidate)) found.add(candidate)
  return [...found]
}
