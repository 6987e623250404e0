import type { Finding, Measure } from '#contracts/clinical/finding.ts'
import type { Language } from '#contracts/clinical/language.ts'
import type { Question } from '#contracts/content/protocol.ts'
import type { EvaluationCase } from '#contracts/evaluation/case.ts'
import { type Answer, applyAnswer } from '#domain/intake/answer.ts'
import { parseReply, type ReplyKnowledge } from '#domain/intake/parse-reply.ts'

type Script = EvaluationCase['answers']
type Option = Extract<Question, { kind: 'multi' | 'choice' }>['options'][number]

/** What one question of a played case brought. `reply` is null when no entry of the script speaks to it. */
export type Told = { reply: string | null; findings: Finding[]; measures: Measure[] }

const NOTHING: Told = { reply: null, findings: [], measures: [] }

const firstMatch = (script: Script, texts: readonly string[]): number =>
  script.findIndex(({ match }) => {
    const pattern = new RegExp(match, 'i')
    return texts.some((text) => pattern.test(text))
  })

const questionTexts = (q: Question, language: Language): string[] => [
  q.id,
  q.id.replaceAll('-', ' '),
  q.text.en,
  q.text[language],
]
const optionTexts = (o: Option, language: Language): string[] => [
  o.id,
  o.id.replaceAll('-', ' '),
  ...(o.finding === undefined ? [] : [o.finding.replaceAll('-', ' ')]),
  o.label.en,
  o.label[language],
]

/**
 * Plays the patient's answer to one question. The first entry whose pattern matches the question's id or text answers
 * it. In a question with options an entry may also speak to one option only ("fever" in a list of symptoms): then it
 * decides that option and leaves the others unknown.
 */
export const tell = (question: Question, script: Script, language: Language, knowledge: ReplyKnowledge): Told => {
  const about = questionTexts(question, language)
  if (question.kind === 'yes-no' || question.kind === 'measure') {
    const reply = script[firstMatch(script, about)]?.reply
    return reply === undefined ? NOTHING : whole(question, reply, language, knowledge)
  }
  const entries = question.options.map((o) => firstMatch(script, [...about, ...optionTexts(o, language)]))
  const general = firstMatch(script, about)
  const specific = question.options.flatMap((option, i) => {
    const reply = script[entries[i] ?? -1]?.reply
    return entries[i] !== general && reply !== undefined ? [{ option, reply }] : []
  })
  const generalReply = script[general]?.reply
  if (specific.length === 0) return generalReply === undefined ? NOTHING : whole(question, generalReply, language, knowledge)
  return question.kind === 'multi'
    ? someOf(question, specific, generalReply, language, knowledge)
    : oneOf(question, specific, generalReply, language, knowledge)
}

const whole = (question: Question, reply: string, language: Language, knowledge: ReplyKnowledge): Told => {
  const answer = parseReply(question, reply, language, knowledge)
  return answer === null ? { ...NOTHING, reply } : { reply, ...applied(question, answer, language) }
}

const applied = (question: Question, answer: Answer, language: Language): Pick<Told, 'findings' | 'measures'> => {
  const { findings, measures } = applyAnswer(question, answer, language)
  return { findings, measures }
}

/** Yes, no or no idea about one option, from a reply that was meant for it. */
const aboutOption = (
  question: Question,
  option: Option,
  reply: string,
  language: Language,
  knowledge: ReplyKnowledge,
): boolean | null => {
  const asked: Question = { kind: 'yes-no', id: option.id, text: option.label, finding: option.finding ?? 'feeling-unwell' }
  const answer = parseReply(asked, reply, language, knowledge)
  if (answer?.kind === 'yes-no') return answer.value === 'unsure' ? null : answer.value === 'yes'
  const named = parseReply(question, reply, language, knowledge)
  if (named?.kind === 'multi' && named.options.includes(option.id)) return true
  return named?.kind === 'choice' && named.option === option.id ? true : null
}

type Specific = { option: Option; reply: string }

const someOf = (
  question: Extract<Question, { kind: 'multi' }>,
  specific: readonly Specific[],
  generalReply: string | undefined,
  language: Language,
  knowledge: ReplyKnowledge,
): Told => {
  const chosen = new Set<string>()
  const decided = new Set<string>()
  const general = generalReply === undefined ? null : parseReply(question, generalReply, language, knowledge)
  if (general?.kind === 'multi')
    for (const o of question.options) {
      decided.add(o.id)
      if (general.options.includes(o.id)) chosen.add(o.id)
    }
  for (const { option, reply } of specific) {
    const yes = aboutOption(question, option, reply, language, knowledge)
    if (yes === null) {
      decided.delete(option.id)
      continue
    }
    decided.add(option.id)
    if (yes) chosen.add(option.id)
    else chosen.delete(option.id)
  }
  const { findings } = applyAnswer(question, { kind: 'multi', options: [...chosen] }, language)
  const codes = new Set(question.options.filter((o) => decided.has(o.id)).map((o) => o.finding))
  const reply = [...new Set([...specific.map((s) => s.reply), ...(generalReply === undefined ? [] : [generalReply])])].join('; ')
  return { reply, findings: findings.filter((f) => codes.has(f.code)), measures: [] }
}

/** Exactly one option holds: a "yes" to one decides the question, a "no" to one only itself. */
const oneOf = (
  question: Extract<Question, { kind: 'choice' }>,
  specific: readonly Specific[],
  generalReply: string | undefined,
  language: Language,
  knowledge: ReplyKnowledge,
): Told => {
  for (const { option, reply } of specific)
    if (aboutOption(question, option, reply, language, knowledge) === true)
      return { reply, ...applied(question, { kind: 'choice', option: option.id }, language) }
  if (generalReply !== undefined) return whole(question, generalReply, language, knowledge)
  const denied = specific.filter((s) => aboutOption(question, s.option, s.reply, language, knowledge) === false)
  const findings = denied.flatMap(({ option }): Finding[] =>
    option.finding === undefined ? [] : [{ code: option.finding, status: 'absent', source: 'answer', questionId: question.id }],
  )
  return { reply: specific.map((s) => s.reply).join('; '), findings, measures: [] }
}
