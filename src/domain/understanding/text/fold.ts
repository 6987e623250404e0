/**
 * Text as it is matched: NFKC-compatible, lower case, no accents, no zero-width characters, one kind of apostrophe.
 * `start[i]` and `end[i]` are the UTF-16 offsets in the original of the i-th folded character, so that any folded span
 * can be given back as the patient's own, unaltered words.
 */
export type Folded = { text: string; start: number[]; end: number[] }

const APOSTROPHES = /[\u2018\u2019\u201b\u02bc\u02b9\u00b4`\uff07]/
const DROPPED = /[\p{M}\p{Cf}]/u

export const fold = (original: string): Folded => {
  let text = ''
  const start: number[] = []
  const end: number[] = []
  let at = 0
  for (const char of original) {
    const from = at
    at += char.length
    const code = char.charCodeAt(0)
    let folded: string
    if (code < 0x80) folded = char.toLowerCase()
    else if (APOSTROPHES.test(char)) folded = "'"
    else {
      folded = ''
      for (const part of char.normalize('NFKD').toLowerCase()) if (!DROPPED.test(part)) folded += part
    }
    if (folded === '') {
      // A mark or an invisible character belongs to the letter before it.
      if (end.length > 0 && end[end.length - 1] === from) end[end.length - 1] = at
      continue
    }
    text += folded
    for (let i = 0; i < folded.length; i++) {
      start.push(from)
      end.push(at)
    }
  }
  return { text, start, end }
}
