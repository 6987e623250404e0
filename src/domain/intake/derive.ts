import type { Finding, Measure } from '#contracts/clinical/finding.ts'
import type { Floor } from '#contracts/clinical/floor.ts'
import type { Profile } from '#contracts/clinical/profile.ts'
import type { ContentBundle } from '#contracts/content/bundle.ts'
import type { Protocol, Question } from '#contracts/content/protocol.ts'
import { judge } from '../acuity/judge.ts'
import { evaluateCondition } from '../triage/evaluate-condition.ts'
import { type Facts, makeFacts } from '../triage/facts.ts'
import { type AskedQuestion, nextQuestion, openQuestionCount, questionKey } from '../triage/next-question.ts'
import { selectProtocols } from '../triage/select-protocols.ts'
import { emergencyRule } from '../triage/triage.ts'
import { profileText } from '../understanding/encoder/profile-text.ts'
import type { LexiconIndex } from '../understanding/lexicon-index.ts'
import type { Story } from '../understanding/types.ts'
import { applyAnswer } from './answer.ts'
import { historyFindings, pregnancyPossible } from './history.ts'
import type { Answered, IntakeModel } from './model.ts'
import { keptFindings } from './understood.ts'

export type IntakeDeps = {
  content: Pick<ContentBundle, 'lexicon' | 'protocols' | 'cues' | 'vitals'>
  lexiconIndex: LexiconIndex
  /** Whether a narrative encoder reads the words; without one the lexicon reads alone. */
  encoder?: boolean | undefined
}

export type ActiveAnswer = { question: Question; answered: Answered }

/** What follows from a model: everything the rules and the screens read. Never stored, so it can never be stale. */
export type Derived = {
  profile: Profile
  findings: Finding[]
  measures: Measure[]
  facts: Facts
  protocols: Protocol[]
  floor: Floor
  emergency: boolean
  /** Answers whose question still applies, in the order asked. */
  active: ActiveAnswer[]
  next: AskedQuestion | null
  /** Upper bound of the questions left. */
  left: number
}

export const profileOf = (model: IntakeModel): Profile => ({
  reporter: model.reporter ?? 'patient',
  ...(model.relation ? { relation: model.relation } : {}),
  ...(model.age && model.age !== 'unknown' ? { age: model.age } : {}),
  sex: model.sex ?? 'unknown',
})

/** What a reading is a reading of: who is meant, what was answered and the words. An answer to an older question is told by it. */
export const readingKey = (model: IntakeModel, answers = ''): string =>
  `${profileText(profileOf(model), answers)}\n${model.words}`

/** Pregnancy as the profile knows it; a man or a child under 12 is not asked. */
const pregnancy = (model: IntakeModel, profile: Profile): Finding[] => {
  if (model.sex === null) return []
  const status = pregnancyPossible(profile) ? model.pregnancy : 'absent'
  return status === null ? [] : [{ code: 'pregnant', status, source: 'profile' }]
}

/** The story as last read; null where the lexicon read alone. */
export const storyOfIntake = ({ retold, understanding }: IntakeModel): Story | null =>
  retold?.story ?? understanding?.story ?? null

export const derive = (model: IntakeModel, deps: IntakeDeps): Derived => {
  const { protocols: all, lexicon, vitals } = deps.content
  const profile = profileOf(model)
  const measuresBefore: Measure[] = [
    ...(model.understanding?.measures ?? []),
    ...Object.entries(model.vitals).map(([name, value]): Measure => ({ name: name as Measure['name'], value, source: 'vitals' })),
  ]
  const base: Finding[] = [
    ...keptFindings(model),
    ...pregnancy(model, profile),
    ...historyFindings(model, profile, deps.content.lexicon),
  ]

  let findings = base
  let measures = measuresBefore
  let facts = makeFacts({ findings, measures, profile, lexicon })
  let protocols = selectProtocols({ facts, protocols: all })
  const active: ActiveAnswer[] = []
  for (const answered of model.answers) {
    const question = protocols.find((p) => p.id === answered.protocolId)?.questions.find((q) => q.id === answered.questionId)
    if (!question || (question.when !== undefined && evaluateCondition(question.when, facts).value === 'false')) continue
    const told = applyAnswer(question, answered.answer, model.language)
    active.push({ question, answered })
    findings = [...findings, ...told.findings]
    measures = [...measures, ...told.measures]
    facts = makeFacts({ findings, measures, profile, lexicon })
    protocols = selectProtocols({ facts, protocols: all })
  }
  const floor = judge(
    { protocols, facts, vitals, mode: 'interview' },
    storyOfIntake(model),
    model.retold?.extent ?? 'first-words',
  )
  const asked = new Set(active.map(({ answered }) => questionKey(answered.protocolId, answered.questionId)))
  return {
    profile,
    findings,
    measures,
    facts,
    protocols,
    floor,
    emergency: model.words !== '' && emergencyRule(floor) !== null,
    active,
    next: nextQuestion({ protocols, facts, asked }),
    left: openQuestionCount({ protocols, facts, asked }),
  }
}
