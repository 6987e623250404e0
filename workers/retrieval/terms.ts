/** Words that say nothing of an illness, in both languages, folded. "No" is one: negation is decided before retrieval. */
const STOP = new Set(
  `a an the and or of to in on at for with is it its im i ive my me he she his her they them we our you your that this was were be
been am are has have had do does did not no so but if from by as up out just cant what when how got get after since now really bit
some any there than then who which would could should un una el la los las de del en y o que se mi su con por para lo le es al muy
mas pero tengo ha s t m ve ll re d can`.split(/\s+/),
)

const fold = (word: string): string =>
  word
    .toLowerCase()
    .normalize('NFD')
    .replace(/\p{M}|['’]/gu, '')

/** Light endings off, English and Spanish plurals alike: "bleeding", "bleeds" and "bleed" are one term. */
const stem = (word: string): string =>
  word.length > 4 ? word.replace(/(ings?|edly|ed|ies|es|s|ly)$/, '').replace(/(.)\1$/, '$1') : word.replace(/s$/, '')

/** A word as the lexical index knows it, the same for passages and queries; null when it is left out. */
export const indexTerm = (word: string): string | null => {
  const folded = fold(word)
  return folded === '' || STOP.has(folded) ? null : stem(folded)
}
