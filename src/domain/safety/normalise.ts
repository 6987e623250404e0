/**
 * One reading of a model's text that case, accents, zero-width characters, look-alike letters and spaced-out letters cannot
 * hide from (Unicode TR 36 and TR 39 describe the tricks). Digits for letters and broken words are undone in `repair.ts`.
 */
const LOOK_ALIKE: Readonly<Record<string, string>> = Object.fromEntries(
  [...'аеорсухіѕԁһјкмнтв']
    .map((c, i) => [c, 'aeopcyxisdhjkmhtb'[i] ?? ''])
    .concat([...'οαινρτυεκ'].map((c, i) => [c, 'oaivptuek'[i] ?? '']))
    .concat([...'ıɑɡɪʟɴʀʏøłđ'].map((c, i) => [c, 'iagilnryold'[i] ?? ''])),
)

/** Characters that print nothing: they have no place in an assessment. */
export const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\p{Cf}]/gu

const SPACED_OUT = /(?<![\p{L}\p{N}])(?:\p{L}[ .,\-_*·'’/]{1,4}){3,}\p{L}(?![\p{L}\p{N}])/gu

/** "p n e u m o n i a" reads as one word; in "y o u  h a v e" the wider gap parts two words. */
const unspace = (text: string): string =>
  text.replace(SPACED_OUT, (run) => {
    const gaps = run.match(/[^\p{L}]+/gu) ?? []
    const narrow = Math.min(...gaps.map((g) => g.length))
    return run.replace(/[^\p{L}]+/gu, (gap) => (gap.length > narrow && gap.includes('  ') ? ' ' : ''))
  })

/** "500mg" is a number and a unit; other mixtures of letters and digits stay as they are. */
const readWord = (word: string): string => word.replace(/^(\d+(?:[.,]\d+)?)(?=[a-z]+$)/, '$1 ')

const fold = (text: string): string =>
  unspace(text.normalize('NFKC').replace(INVISIBLE, ''))
    .toLowerCase()
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[\u0111-\u04ff]/g, (c) => LOOK_ALIKE[c] ?? c)
    .replace(/['’ʼ`´]/g, '')

/** Words of the folded text with single spaces between and around them; a hyphen inside a word becomes `hyphen`. */
const spaced = (text: string, hyphen: '' | ' '): string => {
  const plain = text
    .replace(/(?<=\p{L})[^\p{L}\p{N}\s]+(?=\p{L})/gu, (mark) => (/[@$]/.test(mark) ? mark : hyphen))
    .replace(/%/g, ' % ')
    .replace(/(?<!\d)[.,/]|[.,/](?!\d)/g, ' ')
    .replace(/[^\p{L}\p{N}%.,/@$]+/gu, ' ')
  return ` ${plain.split(' ').filter(Boolean).map(readWord).join(' ')} `
}

export type Clause = { readonly text: string; readonly joined: string }
export type Sentence = {
  readonly clauses: readonly Clause[]
  readonly text: string
  readonly joined: string
  readonly raw: string
}

/** An exclamation or question mark in mid-sentence ends nothing. */
const SENTENCE = /(?<=\.)\s+|(?<=[!?])\s+(?=[\p{Lu}\p{N}¿¡])|[\n\r\u2028\u2029]+|;\s*/u
const CLAUSE =
  /[,:()[\]]+(?!\d)\s*|\s[-–—]+\s|\b(?:but|however|although|though|yet|pero|aunque|sin embargo)\b|\b(?:and|so|because|which|therefore|thus|hence|y|porque|luego|asi que)\b(?= (?:this|that|it|its|he|she|they|you|youve|is|has|the (?:cause|patient|illness|problem)|esto|es|se trata|tiene|usted|la (?:causa|paciente)|el paciente)\b)/i

/** Sentences of a text, each with its clauses, folded for matching; `repair` mends words that were broken up. */
export const readSentences = (text: string, repair: (folded: string) => string = (t) => t): readonly Sentence[] =>
  text
    .split(SENTENCE)
    .filter((s) => s.trim() !== '')
    .map((raw) => {
      const folded = fold(raw)
      const read = (t: string) => ({ text: repair(spaced(t, ' ')), joined: repair(spaced(t, '')) })
      const clauses = folded
        .split(CLAUSE)
        .filter((c) => c.trim() !== '')
        .map(read)
      return { clauses, ...read(folded), raw }
    })

/** The folded form of one short text, e.g. a phrase or a label; a hyphen inside a word becomes `hyphen`. */
export const foldPhrase = (text: string, hyphen: '' | ' ' = ' '): string => spaced(fold(text), hyphen)

/** Stands where a reviewed label of a coded finding stood. */
export const LABEL = 'labelx'

/** Takes reviewed labels of coded findings out of folded text: naming a finding restates, it neither diagnoses nor advises. */
export const withoutLabels = (text: string, labels: readonly string[]): string =>
  labels.reduce((t, label) => t.replaceAll(label, ` ${LABEL} `), text).replace(/ {2,}/g, ' ')
