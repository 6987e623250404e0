import type { Finding, Measure } from '#contracts/clinical/finding.ts'
import type { Protocol, Question } from '#contracts/content/protocol.ts'
import { STATUS_MARK } from '#domain/assessment/prompt.ts'
import { questionCodes } from '#domain/triage/condition-parts.ts'
import { evaluateCondition } from '#domain/triage/evaluate-condition.ts'
import { type Facts, makeFacts, statusOf } from '#domain/triage/facts.ts'
import { nextQuestion, questionKey } from '#domain/triage/next-question.ts'
import { type Message, type Row, SYNTHETIC, systemOf, teller, type Workshop } from './make-row.ts'
import type { Random } from './random.ts'
import { sampleCase } from './sample-case.ts'

/** Turns of one dialogue; an interview is longer, but a row must fit the model's context. */
const MOST_TURNS = 5
const OPEN = 6

/** The question in the patient's words, with the choices it offers. */
const spoken = (q: Question, language: 'en' | 'es'): string =>
  q.kind === 'multi' || q.kind === 'choice'
    ? `${q.text[language]} ${q.options.map((o) => o.label[language]).join('; ')}.`
    : q.text[language]

/** What the red flags of the protocol still wait for, most urgent first. */
const openCodes = (protocol: Protocol, facts: Facts): string[] => {
  const flags = [...protocol.redFlags].sort((a, b) => Number(b.level === 'emergency') - Number(a.level === 'emergency'))
  const codes = flags.flatMap((flag) => {
    const { value, missing } = evaluateCondition(flag.when, facts)
    return value === 'unknown' ? missing : []
  })
  return [...new Set(codes)]
}

/**
 * An interview as the rules would lead it: what is known and open, the next question in the patient's language, the answer, and so
 * on. Null when the protocol has nothing to ask of this patient.
 */
export const makeDialogue = (w: Workshop, protocol: Protocol, id: string, language: 'en' | 'es', r: Random): Row | null => {
  const sampled = sampleCase(protocol, w.history, r.pick([0.01, 0.05, 0.2]), r)
  const truth = new Map(sampled.findings.map((f) => [f.code, f]))
  const known: Finding[] = sampled.findings.filter((f) => f.source === 'narrative')
  const measures: Measure[] = []
  const asked = new Set<string>()
  const label = (code: string): string => w.lexicon.get(code)?.label.en ?? code
  const facts = () => makeFacts({ profile: sampled.profile, findings: known, measures, lexicon: w.bundle.lexicon })
  if (protocol.applies && evaluateCondition(protocol.applies, facts()).value === 'false') return null
  const state = (): string =>
    openCodes(protocol, facts())
      .filter((code) => w.lexicon.has(code))
      .slice(0, OPEN)
      .map((code) => `? ${label(code)}`)
      .join('\n')
  const first = [
    `language: ${language}`,
    teller(sampled.profile),
    `complaint: ${protocol.title.en}`,
    ...known.map((f) => `+ ${label(f.code)}`),
    'open:',
    state(),
  ].join('\n')
  const messages: Message[] = [
    { role: 'system', content: systemOf(w, 'ask') },
    { role: 'user', content: first },
  ]
  for (let turn = 0; turn < MOST_TURNS; turn++) {
    const next = nextQuestion({ protocols: [protocol], facts: facts(), asked })
    if (!next) break
    const { question } = next
    messages.push({ role: 'assistant', content: spoken(question, language) })
    asked.add(questionKey(protocol.id, question.id))
    if (turn === MOST_TURNS - 1) break
    const measure = question.kind === 'measure' ? sampled.measures.find((m) => m.name === question.measure) : undefined
    if (measure) measures.push(measure)
    const answered = questionCodes(question).flatMap((code) => truth.get(code) ?? [])
    known.push(...answered.filter((f) => statusOf(facts(), f.code) === 'unknown'))
    const said = [
      ...(measure ? [`= ${measure.name} ${measure.value}`] : []),
      ...answered.map((f) => `${STATUS_MARK[f.status]} ${label(f.code)}`),
    ]
    messages.push({ role: 'user', content: [...(said.length > 0 ? said : ['skipped']), 'open:', state()].join('\n') })
  }
  if (messages[messages.length - 1]?.role === 'user') messages.pop()
  const last = messages[messages.length - 1]
  if (last?.role !== 'assistant') return null
  return {
    id,
    task: 'ask',
    origin: SYNTHETIC,
    language,
    patient_profile: sampled.profile,
    symptoms: known.map((f) => ({ code: f.code, status: f.status })),
    conversation_history: messages.slice(0, -1),
    expected_output: last.content,
    messages,
  }
}
