import type { Finding, FindingStatus } from '#contracts/clinical/finding.ts'
import type { ContentBundle } from '#contracts/content/bundle.ts'
import type { EvaluationCase } from '#contracts/evaluation/case.ts'
import { pregnancyPossible } from '#domain/intake/history.ts'
import { questionCodes } from '#domain/triage/condition-parts.ts'
import { makeFacts } from '#domain/triage/facts.ts'
import { nextQuestion, questionKey } from '#domain/triage/next-question.ts'
import { selectProtocols } from '#domain/triage/select-protocols.ts'
import { type PlayedCase, statedProfile } from '../play-case.ts'

/** What the narrative encoder reads beside the words of a case. */
type Told = Pick<PlayedCase, 'findings' | 'measures'>

/** The kiosk's questions, answered by a patient of whom nothing holds but what the gold findings say. Fourteen are enough. */
export const silentInterview = (
  c: EvaluationCase,
  { lexicon, protocols: all }: Pick<ContentBundle, 'lexicon' | 'protocols'>,
): Told => {
  const gold = c.gold.findings ?? {}
  const profile = statedProfile(c)
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
    answers.push(...questionCodes(next.question).map((code): Finding => ({ code, status: status(code), source: 'answer' })))
  }
  return { findings: answers, measures: [] }
}
