import type { Finding, FindingStatus } from '#contracts/clinical/finding.ts'
import type { Profile } from '#contracts/clinical/profile.ts'
import type { ContentBundle } from '#contracts/content/bundle.ts'
import type { Question } from '#contracts/content/protocol.ts'
import type { EvaluationCase } from '#contracts/evaluation/case.ts'
import { pregnancyPossible } from '#domain/intake/history.ts'
import { makeFacts } from '#domain/triage/facts.ts'
import { nextQuestion, questionKey } from '#domain/triage/next-question.ts'
import { selectProtocols } from '#domain/triage/select-protocols.ts'
import { type PlayedCase, playCase, type Rules } from '../play-case.ts'

/** What the narrative encoder reads beside the words of a case. */
type Told = Pick<PlayedCase, 'findings' | 'measures'>

const questionCodesOf = (question: Question): string[] => {
  if (question.kind === 'measure') return []
  if (question.kind === 'yes-no') return [question.finding]
  return question.options.flatMap((o) => (o.finding === undefined ? [] : [o.finding]))
}

/** The kiosk's questions, answered by a patient of whom nothing holds but what the gold findings say. Fourteen are enough. */
export const silentInterview = (
  c: EvaluationCase,
  { lexicon, protocols: all }: Pick<ContentBundle, 'lexicon' | 'protocols'>,
): Told => {
  const gold = c.gold.findings ?? {}
  const profile: Profile = { reporter: c.reporter, sex: c.sex, ...(c.age ? { age: c.age } : {}) }
  const told = Object.entries(gold).map(([code, status]): Finding => ({ code, status, source: 'narrative' }))
  if (!pregnancyPossible(profile)) told.push({ code: 'pregnant', status: 'absent', source: 'profile' })
  const answers: Finding[] = []
  const asked = new Set<string>()
  while (asked.size < 14) {
    const facts = makeFacts({ findings: [...told, ...answers], measures: [], profile, lexicon })
    const protocols = selectProtocols({ facts, protocols: all })
    const next = nextQuestion({ protocols, facts, asked })
    if (!next) break
    asked.add(questionKey(next.protocolId, next.question.id))
    const status = (code: string): FindingStatus => (gold[code] === 'present' ? 'present' : 'absent')
    answers.push(...questionCodesOf(next.question).map((code): Finding => ({ code, status: status(code), source: 'answer' })))
  }
  return { findings: answers, measures: [] }
}

/** What the kiosk would know by answers and measurements at the end of a scripted interview, or from vital signs alone. */
export const playedInterview = (c: EvaluationCase, rules: Rules): Promise<Told> => playCase(c, rules)
