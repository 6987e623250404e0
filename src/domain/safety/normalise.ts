/**
 * One reading of a model's text that case, accents, zero-width characters, look-alike letters, spaced-out letters and
 * digits-for-letters cannot hide from (Unicode TR 36 and TR 39 describe the tricks).
 */
const LOOK_ALIKE: Readonly<Record<string, string>> = Object.fromEntries(
  [...'аеорсухіѕԁһјкмнтв']
    .map((c, i) => [c, 'aeopcyxisdhjkmhtb'[i] ?? ''])
    .concat([...'οαινρτυεκ'].map((c, i) => [c, 'oaivptuek'[i] ?? ''])),
)
const LEET: Readonly<Record<string, string>> = { '0': 'o', '1': 'i', '3': 'e', '4': 'a', '5': 's', '@': 'a', $: 's' }

/** Characters that print nothing: they have no place in an assessment. */
export const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\p{Cf}]/gu

const unspace = (text: string): string =>
  text.replace(/(?<![\p{L}\p{N}])(?:\p{L}[ .\-_*]){3,}\p{L}(?![\p{L}\p{N}])/gu, (run) => run.replace(/[ .\-_*]/g, ''))

/** "defin1tely" reads as "definitely"; "500mg" stays a number and a unit. */
const readWord = (word: string): string =>
  /^[a-z]+[01345@$]+[a-z]+$/.test(word) ? word.replace(/[01345@$]/g, (c) => LEET[c] ?? c) : word.replace(/(\d)([a-z])/g, '$1 $2')

const fold = (text: string): string =>
  unspace(text.normalize('NFKC').replace(INVISIBLE, ''))
    .toLowerCase()
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[\u0370-\u04ff]/g, (c) => LOOK_ALIKE[c] ?? c)
    .replace(/['’ʼ`´]/g, '')

/** Words of the folded text with single spaces between and around them; a hyphen inside a word becomes `hyphen`. */
const spaced = (text: string, hyphen: '' | ' '): string => {
  const plain = text
    .replace(/(?<=\p{L})[-‐‑‒–_/·•](?=\p{L})/gu, hyphen)
    .replace(/%/g, ' % ')
    .replace(/(?<!\d)[.,]|[.,](?!\d)/g, ' ')
    .replace(/[^\p{L}\p{N}%.,@$]+/gu, ' ')
  return ` ${plain.split(' ').filter(Boolean).map(readWord).join(' ')} `
}

export type Clause = { readonly text: string; readonly joined: string }
export type Sentence = {
  readonly clauses: readonly Clause[]
  readonly text: string
  readonly joined: string
  readonly raw: string
}

const SENTENCE = /(?<=[.!?;])\s+|\n+|;\s*/
const CLAUSE = /[,:()[\]]\s+|[,:()[\]]$|\s[-–—]+\s|\b(?:but|however|although|yet|pero|aunque|sin embargo)\b/i

/** Sentences of a text, each with its clauses, folded for matching. */
export const readSentences = (text: string): readonly Sentence[] =>
  text
    .split(SENTENCE)
    .filter((s) => s.trim() !== '')
    .map((raw) => {
      const folded = fold(raw)
      const clauses = folded
        .split(CLAUSE)
        .filter((c) => c.trim() !== '')
        .map((c) => ({ text: spaced(c, ' '), joined: spaced(c, '') }))
      return { clauses, text: spaced(folded, ' '), joined: spaced(folded, ''), raw }
    })

/** The folded form of one short text, e.g. a phrase or a label; a hyphen inside a word becomes `hyphen`. */
export const foldPhrase = (text: string, hyphen: '' | ' ' = ' '): string => spaced(fold(text), hyphen)

/** Takes reviewed labels of coded findings out of folded text: naming a finding restates, it neither diagnoses nor advises. */
export const withoutLabels = (text: string, labels: readonly string[]): string =>
  labels.reduce((t, label) => t.replaceAll(label, ' '), text)
