import type { Finding, Measure } from '#contracts/clinical/finding.ts'
import type { Language } from '#contracts/clinical/language.ts'
import type { Question } from '#contracts/content/protocol.ts'
import type { EvaluationCase } from '#contracts/evaluation/case.ts'
import { type Answer, applyAnswer } from '#domain/intake/answer.ts'
import { parseReply, type ReplyKnowledge } from '#domain/intake/parse-reply.ts'
import { isDenial, isOtherNumber, isReassuring, type Meaning, meaningOf } from './read-scripted.ts'

type Script = EvaluationCase['answers']
type Entry = Script[number]
type Multi = Extract<Question, { kind: 'multi' }>
type Choice = Extract<Question, { kind: 'choice' }>
type Option = Multi['options'][number] | Choice['options'][number]
/** What a reply is read with: the case's language and the lexicon. */
type Reader = { language: Language; knowledge: ReplyKnowledge }

/** What one question of a played case brought. `reply` is null when no entry of the script speaks to it. */
export type Told = { reply: string | null; findings: Finding[]; measures: Measure[] }

const matches = ({ match }: Entry, texts: readonly string[]): boolean => {
  const pattern = new RegExp(match, 'i')
  return texts.some((text) => pattern.test(text))
}
/** In an option's label only at the start of a word: "wee" is not in "between". */
const namesOption = ({ match }: Entry, texts: readonly string[]): boolean =>
  texts.some((text) => [...text.matchAll(new RegExp(match, 'gi'))].some((m) => !/\p{L}/u.test(text[m.index - 1] ?? ' ')))
/** ".*" and its like speak to everything, so to no option in particular. */
const isCatchAll = (entry: Entry): boolean => matches(entry, [''])

const spaced = (id: string): string => id.replaceAll('-', ' ')
const questionTexts = (q: Question, language: Language): string[] => [q.id, spaced(q.id), q.text.en, q.text[language]]
const optionTexts = (o: Option, language: Language): string[] => [o.id, spaced(o.id), o.label.en, o.label[language]]

/**
 * Plays the patient's answer to one question: the first entry whose pattern matches the question's id or text and whose
 * reply can be read as an answer to it. In a question with options an entry may also speak to one option ("fever" in a
 * list of symptoms): it decides that option alone, and the others wait for other entries or stay unknown.
 */
export const tell = (question: Question, script: Script, language: Language, knowledge: ReplyKnowledge): Told => {
  const reader: Reader = { language, knowledge }
  if (question.kind === 'multi') return tellMulti(question, script, reader)
  if (question.kind === 'choice') return tellChoice(question, script, reader)
  const spoken = script.filter((e) => matches(e, questionTexts(question, language)))
  for (const { reply } of spoken) {
    const answer = readWhole(question, reply, reader)
    if (answer) return told(question, reply, answer, language)
  }
  return { reply: spoken[0]?.reply ?? null, findings: [], measures: [] }
}

const told = (question: Question, reply: string, answer: Answer, language: Language): Told => {
  const { findings, measures } = applyAnswer(question, answer, language)
  return { reply, findings, measures }
}

/** The reply as an answer to the whole question; null when it cannot be read as one. */
const readWhole = (question: Question, reply: string, { language, knowledge }: Reader): Answer | null => {
  if (question.kind === 'yes-no') {
    if (isReassuring(reply, language)) return { kind: 'yes-no', value: 'no' }
    if (isOtherNumber(reply, question.text[language])) return null
  }
  const answer = parseReply(question, reply, language, knowledge)
  if (answer) return answer
  return meaningOf(reply, question.text[language], language, knowledge) === 'unsure' ? { kind: 'skipped' } : null
}

/** Entries that speak to options by name, each with the options it names; and those that speak to the question as a whole. */
const sortEntries = <O extends Option>(
  question: Question,
  options: readonly O[],
  script: Script,
  language: Language,
): { specific: { entry: Entry; options: O[] }[]; general: Entry[] } => {
  const specific: { entry: Entry; options: O[] }[] = []
  const general: Entry[] = []
  for (const entry of script) {
    const named = isCatchAll(entry) ? [] : options.filter((o) => namesOption(entry, optionTexts(o, language)))
    if (named.length > 0) specific.push({ entry, options: named })
    else if (matches(entry, questionTexts(question, language))) general.push(entry)
  }
  return { specific, general }
}

/** What a reply meant for some options says of each of them. */
const meanings = <O extends Option>(question: Question, entry: Entry, options: readonly O[], reader: Reader): Map<O, Meaning> => {
  const { language, knowledge } = reader
  const about = new Map(
    options.map((o) => [o, meaningOf(entry.reply, o.label[language], language, knowledge, o.finding, entry.match)] as const),
  )
  const named = parseReply(question, entry.reply, language, knowledge)
  const chosen = named?.kind === 'multi' ? named.options : named?.kind === 'choice' ? [named.option] : []
  const ticked = options.filter((o) => chosen.includes(o.id) && (about.get(o) === 'yes' || about.get(o) === 'unread'))
  if (ticked.length > 0)
    return new Map(options.map((o) => [o, ticked.includes(o) ? 'yes' : about.get(o) === 'no' ? 'no' : 'unread']))
  // "No" to a subject denies every form of it, however an option is worded.
  if (options.some((o) => !isDenial(o.label[language], language, entry.match) && about.get(o) === 'no'))
    return new Map(options.map((o) => [o, 'no']))
  // A word of the question itself is its theme: "yes, a headache" does not tick "The worst headache of my life".
  const theme = matches(entry, questionTexts(question, language))
  if (options.length === 1 && !theme) return about
  // A plain "yes" to a subject with several forms is the plain form (a code of one word) and says nothing sure of the others.
  const plain = options.filter((o) => o.finding !== undefined && !o.finding.includes('-') && namesOption(entry, [o.finding]))
  return new Map(
    [...about].map(([o, m]) => [o, m === 'yes' && !(plain.length === 1 && plain[0] === o) ? (theme ? 'unread' : 'unsure') : m]),
  )
}

const tellMulti = (question: Multi, script: Script, reader: Reader): Told => {
  const { specific, general } = sortEntries(question, question.options, script, reader.language)
  const decided = new Map<string, Meaning>()
  const replies: string[] = []
  for (const { entry, options } of specific) {
    for (const [option, meaning] of meanings(question, entry, options, reader)) {
      if (meaning === 'unread' || decided.has(option.id)) continue
      decided.set(option.id, meaning)
      replies.push(entry.reply)
    }
  }
  for (const { reply } of general) {
    if (question.options.every((o) => decided.has(o.id))) break
    const answer = readWhole(question, reply, reader)
    if (!answer) continue
    replies.push(reply)
    for (const o of question.options) {
      if (decided.has(o.id)) continue
      decided.set(o.id, answer.kind !== 'multi' ? 'unsure' : answer.options.includes(o.id) ? 'yes' : 'no')
    }
  }
  const said = (meaning: Meaning): Multi['options'] => question.options.filter((o) => decided.get(o.id) === meaning)
  const { findings } = applyAnswer(question, { kind: 'multi', options: said('yes').map((o) => o.id) }, reader.language)
  const known = new Set([...said('yes'), ...said('no')].map((o) => o.finding))
  const silent = [...specific.map((s) => s.entry), ...general][0]?.reply ?? null
  const reply = replies.length > 0 ? [...new Set(replies)].join('; ') : silent
  return { reply, findings: findings.filter((f) => known.has(f.code)), measures: [] }
}

/** Exactly one option holds: a "yes" to one decides the question, a "no" to one only itself. */
const tellChoice = (question: Choice, script: Script, reader: Reader): Told => {
  const { language } = reader
  const { specific, general } = sortEntries(question, question.options, script, language)
  const denied: { option: Option; reply: string }[] = []
  for (const { entry, options } of specific) {
    const read = meanings(question, entry, options, reader)
    const yes = options.find((o) => read.get(o) === 'yes')
    if (yes) return told(question, entry.reply, { kind: 'choice', option: yes.id }, language)
    denied.push(...options.filter((o) => read.get(o) === 'no').map((option) => ({ option, reply: entry.reply })))
  }
  for (const { reply } of general) {
    const answer = readWhole(question, reply, reader)
    if (answer) return told(question, reply, answer, language)
  }
  const findings = denied.flatMap(({ option }): Finding[] =>
    option.finding === undefined ? [] : [{ code: option.finding, status: 'absent', source: 'answer', questionId: question.id }],
  )
  return { reply: denied[0]?.reply ?? specific[0]?.entry.reply ?? general[0]?.reply ?? null, findings, measures: [] }
}
