import type { Rule } from '../context.ts'
import { violation } from '../context.ts'
import { allMatches, type Phrasebook } from '../phrases.ts'
import { negatedBefore } from '../scope.ts'

const NUMBER = '\\d+(?:[.,]\\d+)?'
const PERCENT = new RegExp(
  `(?<= )(${NUMBER})(?: (?:- |to |a |and |y )?(${NUMBER}))? (?:%|percent|per cent|por ciento)(?= )`,
  'gu',
)
const RATIO = new RegExp(`(?<= )(${NUMBER})(?:/| (?:(?:times )?(?:out )?of|in|de cada|de|to) )(${NUMBER})(?= )`, 'gu')
const CHANCE = '(?:probability|likelihood|chance|confidence|certainty|odds|p|probabilidad|certeza|confianza|posibilidad)'
const PROBABILITY = new RegExp(
  `(?<= )(?:${CHANCE}(?: [^ ]+){0,3} (0?[.,]\\d+|1[.,]0+)|(0?[.,]\\d+|1[.,]0+)(?: [^ ]+){0,2} ${CHANCE})(?= )`,
  'gu',
)
const ODDS = new RegExp(
  `(?<= )(?:odds|probabilidades) (?:of |are |is |de |son )?(${NUMBER}) (?:to|a|against|contra) (${NUMBER})(?= )`,
  'gu',
)
const HIGHEST = 0.8

const value = (digits: string | undefined): number => Number(digits?.replace(',', '.'))
const around = (text: string, at: number, length: number): string =>
  ` ${text.slice(Math.max(0, at - 40), at + length + 30).trim()} `

const inFigures = (p: Phrasebook, text: string): string | null => {
  for (const m of text.matchAll(PERCENT)) {
    const most = Math.max(...[m[1], m[2]].filter((d) => d !== undefined).map(value))
    if (most > HIGHEST * 100 && !p.measuredPercent(around(text, m.index, m[0].length))) return m[0]
  }
  for (const m of text.matchAll(RATIO)) {
    const [part, whole] = [value(m[1]), value(m[2])]
    const share = [10, 20, 100, 1000].includes(whole) && part <= whole && part / whole > HIGHEST
    if (share && !p.measuredScore(around(text, m.index, m[0].length))) return m[0]
  }
  for (const m of text.matchAll(ODDS)) if (value(m[1]) / (value(m[1]) + value(m[2])) > HIGHEST) return m[0]
  for (const m of text.matchAll(PROBABILITY)) if (value(m[1] ?? m[2]) > HIGHEST) return m[0]
  return null
}

const inWords = (p: Phrasebook, text: string): string | null => {
  const excused = allMatches(p.certaintyExceptions, text)
  for (const m of allMatches(p.certainty, text)) {
    const denied = negatedBefore(p, text, m, 2) || excused.some((e) => e.start < m.end && m.start < e.end)
    if (!denied) return m.text
  }
  return null
}

/** Never certainty above 80 %, in figures or in words; a hedge elsewhere in the sentence does not excuse it. */
export const noCertainty: Rule = (fields, _a, { phrases: p }) =>
  fields.flatMap((f) =>
    f.sentences.flatMap((s) => {
      for (const text of new Set([s.text, s.joined])) {
        const hit = inFigures(p, text) ?? inWords(p, text)
        if (hit) return [violation('no-certainty', f.path, hit)]
      }
      return []
    }),
  )
