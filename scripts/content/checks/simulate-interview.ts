import type { Finding, FindingStatus, Measure, MeasureName } from '#contracts/clinical/finding.ts'
import type { Age, Profile, Sex } from '#contracts/clinical/profile.ts'
import type { LexiconEntry } from '#contracts/content/lexicon.ts'
import type { Protocol } from '#contracts/content/protocol.ts'
import { conditionParts, questionCodes } from '#domain/triage/condition-parts.ts'
import { evaluateCondition } from '#domain/triage/evaluate-condition.ts'
import { type Facts, makeFacts } from '#domain/triage/facts.ts'
import { nextQuestion, questionKey } from '#domain/triage/next-question.ts'

const ages: readonly Age[] = [
  { value: 1, unit: 'month' },
  { value: 4, unit: 'month' },
  { value: 9, unit: 'month' },
  ...[2, 8, 14, 30, 60, 85].map((value) => ({ value, unit: 'year' as const })),
]
const sexes: readonly Sex[] = ['female', 'male']

/** Unremarkable values, for the patient who answers everything and has nothing serious. */
const normal: Readonly<Record<MeasureName, number>> = {
  systolic: 120,
  diastolic: 75,
  heart_rate: 75,
  respiratory_rate: 16,
  temperature_c: 36.8,
  spo2: 98,
  pain_score: 2,
  duration_hours: 30,
  gestation_weeks: 20,
}

/** A red flag that stays undecided although everything was answered, for one kind of patient. */
export type StuckFlag = { index: number; missing: string[]; entry: string; age: Age }

/**
 * Plays the interview for every entry finding, age and sex with all other findings denied (by the protocol's questions,
 * and by intake for background) and asked measures normal. Answers the red flags that are still open then: each of them
 * would lift every such patient to `high` for want of a question.
 */
export const stuckRedFlags = (protocol: Protocol, lexicon: readonly LexiconEntry[]): StuckFlag[] => {
  const background = lexicon.filter((e) => e.kind === 'history' || e.kind === 'context').map((e) => e.code)
  const stuck = new Map<number, StuckFlag>()
  for (const entry of protocol.entry) {
    for (const age of ages) {
      for (const sex of sexes) {
        const profile: Profile = { reporter: 'patient', age, sex }
        const facts = answerEverything(protocol, entry, profile, background, lexicon)
        if (facts === null) continue
        const asked = new Set(protocol.questions.flatMap((q) => (q.kind === 'measure' ? [q.measure as string] : [])))
        protocol.redFlags.forEach((flag, index) => {
          const { value, missing } = evaluateCondition(flag.when, facts)
          const measures = new Set<string>(conditionParts(flag.when).measures)
          // A vital sign that no question asks does not lift by itself (see triage).
          const counts = missing.some((m) => !measures.has(m) || asked.has(m))
          if (value === 'unknown' && counts && !stuck.has(index)) stuck.set(index, { index, missing, entry, age })
        })
      }
    }
  }
  return [...stuck.values()]
}

const answerEverything = (
  protocol: Protocol,
  entry: string,
  profile: Profile,
  background: readonly string[],
  lexicon: readonly LexiconEntry[],
): Facts | null => {
  const told = new Map<string, FindingStatus>(background.map((code) => [code, 'absent']))
  const measures: Measure[] = []
  const factsNow = (): Facts =>
    makeFacts({
      findings: [
        { code: entry, status: 'present', source: 'narrative' },
        ...[...told].map(([code, status]): Finding => ({ code, status, source: 'answer' })),
      ],
      measures,
      profile,
      lexicon,
    })
  if (protocol.applies !== undefined && evaluateCondition(protocol.applies, factsNow()).value === 'false') return null
  const asked = new Set<string>()
  for (;;) {
    const next = nextQuestion({ protocols: [protocol], facts: factsNow(), asked })
    if (!next) return factsNow()
    const { question } = next
    asked.add(questionKey(protocol.id, question.id))
    if (question.kind === 'measure') measures.push({ name: question.measure, value: normal[question.measure], source: 'answer' })
    for (const code of questionCodes(question)) if (code !== entry) told.set(code, 'absent')
  }
}
