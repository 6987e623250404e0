import type { Language } from '#contracts/clinical/language.ts'
import type { Cues } from '#contracts/content/lexicon.ts'
import type { Question } from '#contracts/content/protocol.ts'
import type { LexiconIndex } from '../understanding/lexicon-index.ts'
import { readMeasures } from '../understanding/measures.ts'
import { fold } from '../understanding/text/fold.ts'
import { numberPattern, toNumber } from '../understanding/text/numbers.ts'
import { stem } from '../understanding/text/stem.ts'
import { understand } from '../understanding/understand.ts'
import type { Answer, AnswerUnit } from './answer.ts'

/** With the lexicon a reply may also name a finding in its own words ("my jaw aches" for the option "Jaw"). */
export type ReplyKnowledge = { lexicon: LexiconIndex; cues: Cues }

const UNSURE: Readonly<Record<Language, RegExp>> = {
  en: /\b(?:not (?:really )?sure|unsure|(?:don'?t|do not|wouldn'?t|can'?t|cannot) (?:really )?(?:know|remember|tell|say|recall)|dunno|no idea|no clue|maybe|perhaps|unknown|hard to (?:say|tell)|never (?:checked|measured))\b/,
  es: /\b(?:no (?:lo )?se\b(?! (?:me|le|te|nos|ha|quita|pasa|va))|no estoy segur[oa]|no sabria|no recuerdo|no me acuerdo|ni idea|quizas?|tal vez|a lo mejor|puede ser|no lo he medido)/,
}
const YES: Readonly<Record<Language, RegExp>> = {
  en: /^(?:(?:oh|well|um|uh|i think|think|i guess|probably|hm+),? )*(?:y|yes+|yeah|yep|yup|yea|ya|sure|correct|right|true|definitely|absolutely|of course|indeed|exactly|(?:i|he|she|it|they) (?:do(?:es)?|am|is|was|are|have|has|did)(?! not|n't)|a (?:bit|little)|a lot|sometimes|slightly|mildly|somewhat|often|very|quite|kind of|sort of)\b/,
  es: /^(?:(?:pues|bueno|eh|ah|creo que|pienso que),? )*(?:si|s|claro|por supuesto|correcto|exacto|asi es|cierto|un poco|un poquito|poco|mucho|bastante|a veces|algo|muy|de vez en cuando)\b/,
}
const NO: Readonly<Record<Language, RegExp>> = {
  en: /^(?:(?:oh|well|um|uh|i think|think|i guess|probably|hm+),? )*(?:n|no+|nope|nah|none|neither|never|nothing|not|negative|zero)\b|\b(?:do|does|did|have|has|had|is|am|are|was|were)(?:n'?t| not)\b/,
  es: /^(?:(?:pues|bueno|eh|ah|creo que|pienso que),? )*(?:no|nada|nunca|ninguno|ninguna|ningun|jamas|tampoco|negativo)\b/,
}
/** A denial of everything asked, not of one thing ("no", "none of those", but not "no rash"). */
const NOTHING: Readonly<Record<Language, RegExp>> = {
  en: /^(?:(?:oh|well|um|uh),? )*(?:n|no+|nope|nah|none|neither|nothing|not at all|not really|negative|i do(?:n'?t| not)(?: have any(?: of (?:these|those|them|that))?)?)(?:$|[.,;!]|\s(?:of (?:these|those|them|that|the above)|not really|thanks|thank you|sir|ma'?am|doctor|to all|i do(?:n'?t| not)|other|nothing|at all|else|all good|any of))/,
  es: /^(?:(?:pues|bueno|eh),? )*(?:no|nada|ninguno|ninguna|nada de eso|negativo)(?:$|[.,;!]|\s(?:de (?:estas|estos|esas|esos|eso|ellos|ellas|lo anterior)|gracias|nada|ninguna?|tengo (?:nada|ninguna?)|senor|senora|doctora?))/,
}
const EMPTY = new Set(
  (
    'a an the my his her your i it is am are was or and of in on to at for with that this you do does have has any not no yes when than ' +
    'from less more some if by as only very el la los las un una mi su de en y o que me le se no si con por al del es lo mas menos muy'
  ).split(' '),
)
/** Words; a reply of so few says nothing beside what it names. */
const SHORT_REPLY = 4
const CLAUSE = /[,;.]|\b(?:and|but|plus|also|y|pero|tambien)\b/
const DENIES = /^\s*(?:or |ni )?(?:no|not|without|never|none|neither|don'?t|do not|doesn'?t|isn'?t|sin|ni|nunca|tampoco)\b/

const stems = (text: string, language: Language): string[] =>
  (fold(text).text.match(/[\p{L}\p{N}]+/gu) ?? []).filter((w) => !EMPTY.has(w)).map((w) => stem(w, language))

type Option = { id: string; label: Record<Language, string>; finding?: string | undefined }

/** Stems that only one option has: naming one of them names the option. */
const distinctive = (options: readonly Option[], language: Language): Map<string, ReadonlySet<string>> => {
  const all = options.map((o) => new Set([...stems(o.label[language], language), ...stems(o.id.replaceAll('-', ' '), 'en')]))
  return new Map(
    options.map((o, i) => [o.id, new Set([...(all[i] ?? [])].filter((s) => all.every((other, j) => j === i || !other.has(s))))]),
  )
}

/**
 * Reads a free-text reply to a question, as a person would ("no", "yes a bit", "3 days", "left arm", "not sure").
 * Null when it cannot be read: what was asked stays unknown.
 */
export const parseReply = (
  question: Question,
  replyText: string,
  language: Language,
  knowledge?: ReplyKnowledge,
): Answer | null => {
  const reply = fold(replyText).text.trim().replace(/\s+/g, ' ')
  if (reply === '') return null
  const told = new Map(
    knowledge
      ? understand({ words: replyText, language, profile: { reporter: 'patient', sex: 'unknown' }, ...knowledge }).findings.map(
          (f) => [f.code, f.status],
        )
      : [],
  )
  switch (question.kind) {
    case 'yes-no':
      return yesNo(reply, language, told.get(question.finding))
    case 'choice':
      return choice(question.options, reply, language, told)
    case 'multi':
      return multi(question.options, reply, language, told)
    case 'measure':
      return measure(question, replyText, reply, language)
  }
}

const yesNo = (reply: string, language: Language, told: string | undefined): Answer | null => {
  if (UNSURE[language].test(reply)) return { kind: 'yes-no', value: 'unsure' }
  if (YES[language].test(reply)) return { kind: 'yes-no', value: 'yes' }
  if (NO[language].test(reply)) return { kind: 'yes-no', value: 'no' }
  if (told === 'present') return { kind: 'yes-no', value: 'yes' }
  return told === 'absent' ? { kind: 'yes-no', value: 'no' } : null
}

/** How strongly each option is named in the reply, outside denied clauses. */
const named = (
  options: readonly Option[],
  reply: string,
  language: Language,
): { id: string; hits: number; enough: boolean; denied: boolean }[] => {
  const marks = distinctive(options, language)
  const clauses = reply.split(CLAUSE).map((text) => ({ denied: DENIES.test(text), words: new Set(stems(text, language)) }))
  return options.flatMap((o) => {
    const count = (denied: boolean): number =>
      [...(marks.get(o.id) ?? [])].filter((s) => clauses.some((c) => c.denied === denied && c.words.has(s))).length
    const [hits, against] = [count(false), count(true)]
    // One word of a long label in a long reply names something else as easily ("sore in front of the bone").
    const enough = reply.split(' ').length <= SHORT_REPLY || hits * 2 >= (marks.get(o.id)?.size ?? 0)
    return hits + against === 0 ? [] : [{ id: o.id, hits, enough, denied: hits === 0 }]
  })
}

const choice = (
  options: readonly Option[],
  reply: string,
  language: Language,
  told: ReadonlyMap<string, string>,
): Answer | null => {
  if (UNSURE[language].test(reply)) return null
  const exact = options.find((o) => o.id === reply.replaceAll(' ', '-') || fold(o.label[language]).text === reply)
  if (exact) return { kind: 'choice', option: exact.id }
  const found = named(options, reply, language).filter((n) => !n.denied)
  const most = Math.max(0, ...found.map((n) => n.hits))
  const best = found.filter((n) => n.hits === most)
  if (best.length === 1 && best[0]) return { kind: 'choice', option: best[0].id }
  const byFinding = options.filter((o) => o.finding !== undefined && told.get(o.finding) === 'present')
  if (byFinding.length === 1 && byFinding[0]) return { kind: 'choice', option: byFinding[0].id }
  if (!NO[language].test(reply)) return null
  const negative = options.filter((o) => o.finding === undefined)
  return negative.length === 1 && negative[0] ? { kind: 'choice', option: negative[0].id } : null
}

const multi = (
  options: readonly Option[],
  reply: string,
  language: Language,
  told: ReadonlyMap<string, string>,
): Answer | null => {
  const found = named(options, reply, language)
  const chosen = options.filter(
    (o) =>
      found.some((n) => n.id === o.id && n.enough && !n.denied) || (o.finding !== undefined && told.get(o.finding) === 'present'),
  )
  if (chosen.length > 0) return { kind: 'multi', options: chosen.map((o) => o.id) }
  if (UNSURE[language].test(reply)) return null
  const allDenied = options.every((o) => found.some((n) => n.id === o.id && n.denied))
  return NOTHING[language].test(reply) || allDenied ? { kind: 'multi', options: [] } : null
}

const UNIT: readonly [RegExp, AnswerUnit][] = [
  [/^(?:h|hr)/, 'hour'],
  [/^d/, 'day'],
  [/^(?:w|sem)/, 'week'],
  [/^(?:mo|mes)/, 'month'],
  [/^(?:y|a)/, 'year'],
]

const ARTICLE = /^(?:an?|un[ao]?s?|half.*|media|.*few|.*couple.*|several|vari.*)$/

const measure = (
  question: Extract<Question, { kind: 'measure' }>,
  replyText: string,
  reply: string,
  language: Language,
): Answer | null => {
  const name = question.measure
  const fits = (value: number): Answer | null =>
    Number.isFinite(value) && value >= question.min && value <= question.max ? { kind: 'measure', value } : null
  const read = readMeasures(replyText, language, { reporter: 'patient', sex: 'unknown' }).measures.find((m) => m.name === name)
  if (read) return fits(read.value)
  // "a lot" is no number: articles count only before a unit of time.
  const number = [...reply.matchAll(new RegExp(`\\b(${numberPattern(language)})\\b`, 'g'))].find((m) => !ARTICLE.test(m[1] ?? ''))
  if (name === 'duration_hours' || name === 'gestation_weeks') {
    const unitPattern = '(min\\w*|h\\w*|d\\w*|w\\w*|sem\\w*|mo\\w*|mes\\w*|y\\w*|an\\w*)'
    const m = new RegExp(`\\b(${numberPattern(language)})\\s?${unitPattern}\\b`).exec(reply)
    if (!m) return name === 'gestation_weeks' && number ? fits(toNumber(number[1] ?? '', language)) : null
    const value = toNumber(m[1] ?? '', language)
    if (m[2]?.startsWith('min')) return fits(Math.round((value / 60) * 100) / 100)
    const unit = UNIT.find(([pattern]) => pattern.test(m[2] ?? ''))?.[1]
    return unit && Number.isFinite(value) ? { kind: 'measure', value, unit } : null
  }
  if (!number) return null
  const value = toNumber(number[1] ?? '', language)
  if (name === 'temperature_c' && value >= 86) return { kind: 'measure', value, unit: 'fahrenheit' }
  return fits(value)
}
