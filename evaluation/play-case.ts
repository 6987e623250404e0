import type { Finding, Measure } from '#contracts/clinical/finding.ts'
import type { Floor } from '#contracts/clinical/floor.ts'
import type { Profile } from '#contracts/clinical/profile.ts'
import type { ContentBundle } from '#contracts/content/bundle.ts'
import type { Protocol, Question } from '#contracts/content/protocol.ts'
import type { EvaluationCase } from '#contracts/evaluation/case.ts'
import type { NarrativeReading } from '#contracts/workers/understanding.ts'
import { type Extent, judge } from '#domain/acuity/judge.ts'
import { historyOptions, pregnancyPossible } from '#domain/intake/history.ts'
import { entriesOf, type Facts, makeFacts } from '#domain/triage/facts.ts'
import { nextQuestion, questionKey } from '#domain/triage/next-question.ts'
import { selectProtocols } from '#domain/triage/select-protocols.ts'
import { emergencyRule } from '#domain/triage/triage.ts'
import { answersText } from '#domain/understanding/encoder/answers-text.ts'
import type { Story } from '#domain/understanding/types.ts'
import { lexiconIndexOf, storyOf, understand } from '#domain/understanding/understand.ts'
import { tell } from './match-answers.ts'

/** A question as it went; `told` is what the reply was read as, empty when the script was silent or not understood. */
export type Asked = { protocolId: string; questionId: string; reply: string | null; told: Record<string, string | number> }

/** What the rules made of one case, before any model. */
export type PlayedCase = {
  profile: Profile
  findings: Finding[]
  measures: Measure[]
  facts: Facts
  protocols: Protocol[]
  floor: Floor
  /** Only likely: what a patient would be asked to confirm. No rule rests on it here. */
  possible: readonly Finding[]
  /** What the narrative encoder makes of the whole; null where the lexicon read alone. */
  story: Story | null
  /** Protocol questions, in the order asked; `reply` is null where the script is silent. */
  asked: Asked[]
}

/** The narrative encoder behind a function. */
export type ReadNarrative = (words: string, profile: Profile, answers?: string) => Promise<NarrativeReading>
export type Rules = Pick<ContentBundle, 'lexicon' | 'cues' | 'protocols' | 'vitals'> & { read?: ReadNarrative | undefined }

/** The kiosk's pregnancy and history screens as questions, so that a script can answer them. */
const PREGNANCY: Question = {
  kind: 'yes-no',
  id: 'pregnancy',
  text: { en: 'Are you pregnant, or could you be?', es: '¿Está embarazada o podría estarlo?' },
  finding: 'pregnant',
}
const HISTORY_TEXT = { en: 'Do any of these conditions apply?', es: '¿Se aplica alguna de estas condiciones?' }

const historyQuestion = (profile: Profile, lexicon: Rules['lexicon']): Extract<Question, { kind: 'multi' }> => ({
  kind: 'multi',
  id: 'medical-history',
  text: HISTORY_TEXT,
  options: historyOptions(profile, lexicon).map(({ code, label }) => ({ id: code, label, finding: code })),
})

const vitalMeasures = (vitals: EvaluationCase['vitals']): Measure[] =>
  Object.entries(vitals ?? {}).flatMap(([name, value]): Measure[] =>
    value === undefined ? [] : [{ name: name as Measure['name'], value, source: 'vitals' }],
  )

/** Who the case says it is about. */
export const statedProfile = (c: EvaluationCase): Profile => ({
  reporter: c.reporter,
  sex: c.sex,
  ...(c.age ? { age: c.age } : {}),
})

/**
 * Plays one case through the kiosk's own rules: profile, own words, questions in the order the kiosk asks them, history.
 * A case with `answers` is an interview, and stops at the first emergency; one without is triaged in one shot. What the
 * script does not answer stays unknown.
 */
export const playCase = async (c: EvaluationCase, rules: Rules): Promise<PlayedCase> => {
  const { lexicon, cues } = rules
  const index = lexiconIndexOf(lexicon)
  const stated = statedProfile(c)
  const measured = vitalMeasures(c.vitals)
  const entries = entriesOf(lexicon)
  const interview = c.answers.length > 0
  const understood = understand({
    words: c.narrative,
    language: c.language,
    profile: stated,
    lexicon: index,
    cues,
    reading: await rules.read?.(c.narrative, stated, interview ? '' : answersText([], measured, entries)),
  })
  const age = stated.age ?? understood.age?.age
  const profile: Profile = age ? { ...stated, age } : stated
  const findings: Finding[] = [...understood.findings]
  const measures: Measure[] = [...understood.measures, ...measured]
  const asked: Asked[] = []

  let { story } = understood
  let extent: Extent = interview ? 'first-words' : 'whole'
  const now = (): Pick<PlayedCase, 'facts' | 'protocols' | 'floor'> => {
    const facts = makeFacts({ findings, measures, profile, lexicon })
    const protocols = selectProtocols({ facts, protocols: rules.protocols })
    const mode = interview ? 'interview' : 'one-shot'
    return { facts, protocols, floor: judge({ protocols, facts, mode, vitals: rules.vitals }, story, extent) }
  }
  const ask = (question: Question, source: Finding['source'] = 'answer'): Pick<Asked, 'reply' | 'told'> => {
    const told = tell(question, c.answers, c.language, { lexicon: index, cues })
    findings.push(...told.findings.map((f) => ({ ...f, source })))
    measures.push(...told.measures)
    const read = [...told.findings.map((f) => [f.code, f.status]), ...told.measures.map((m) => [m.name, m.value])]
    return { reply: told.reply, told: Object.fromEntries(read) }
  }

  if (!pregnancyPossible(profile)) findings.push({ code: 'pregnant', status: 'absent', source: 'profile' })
  else if (!findings.some((f) => f.code === 'pregnant')) ask(PREGNANCY, 'profile')

  const keys = new Set<string>()
  let historyAsked = !interview
  let state = now()
  while (interview && emergencyRule(state.floor) === null) {
    const next = nextQuestion({ protocols: state.protocols, facts: state.facts, asked: keys })
    if (next) {
      keys.add(questionKey(next.protocolId, next.question.id))
      asked.push({ protocolId: next.protocolId, questionId: next.question.id, ...ask(next.question) })
    } else if (!historyAsked) {
      historyAsked = true
      askHistory(c, profile, findings, lexicon, ask)
    } else break
    state = now()
  }
  if (interview && emergencyRule(state.floor) === null) {
    const answers = answersText(findings, measures, entries)
    const retold = answers === '' ? null : storyOf(await rules.read?.(c.narrative, stated, answers), c.narrative)
    extent = retold ? 'whole' : 'asked'
    story = retold ?? story
    state = now()
  }
  return { profile, findings, measures, ...state, possible: understood.possible, story, asked }
}

/** Background that the words already speak of is not asked again. */
const askHistory = (
  c: EvaluationCase,
  profile: Profile,
  findings: readonly Finding[],
  lexicon: Rules['lexicon'],
  ask: (q: Question, source: Finding['source']) => unknown,
): void => {
  const known = new Set(findings.filter((f) => f.status !== 'unknown').map((f) => f.code))
  const question = historyQuestion(profile, lexicon)
  const options = question.options.filter((o) => !known.has(o.finding))
  if (c.answers.length > 0 && options.length > 0) ask({ ...question, options }, 'history')
}
