import type { Rule } from '../context.ts'
import { violation } from '../context.ts'
import { allMatches, type Phrasebook } from '../phrases.ts'

const PERCENT = /(?<= )(\d+(?:[.,]\d+)?)(?: ?(?:-|to|a) ?\d+)? (?:%|percent|per cent|por ciento)(?= )/gu
const PROBABILITY =
  /(?<= )(?:probability|likelihood|chance|confidence|probabilidad|certeza|confianza)(?: \S+){0,3} (0[.,]\d+|1[.,]0+)(?= )/gu

const overEighty = (p: Phrasebook, text: string): string | null => {
  for (const m of text.matchAll(PERCENT)) {
    const measured = p.measuredPercent(text.slice(Math.max(0, m.index - 40), m.index + m[0].length + 30))
    if (Number(m[1]?.replace(',', '.')) > 80 && !measured) return m[0]
  }
  for (const m of text.matchAll(PROBABILITY)) if (Number(m[1]?.replace(',', '.')) > 0.8) return m[0]
  return null
}

const claimsCertainty = (p: Phrasebook, text: string): string | null => {
  const excused = allMatches(p.certaintyExceptions, text)
  for (const m of allMatches(p.certainty, text)) {
    if (!excused.some((e) => e.start < m.end && m.start < e.end)) return m.text
  }
  return null
}

/** Never certainty above 80 %, in figures or in words; a hedge elsewhere in the sentence does not excuse it. */
export const noCertainty: Rule = (fields, _a, { phrases: p }) =>
  fields.flatMap((f) =>
    f.sentences.flatMap((s) => {
      for (const text of new Set([s.text, s.joined])) {
        const hit = overEighty(p, text) ?? claimsCertainty(p, text)
        if (hit) return [violation('no-certainty', f.path, hit)]
      }
      return []
    }),
  )
