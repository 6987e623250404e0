import type { Assessment } from '#contracts/clinical/assessment.ts'
import type { TriageLevel } from '#contracts/clinical/triage-level.ts'
import type { EvaluationCase } from '#contracts/evaluation/case.ts'
import { reasonsForEncounter } from '#domain/acuity/name-complaint.ts'
import { type AssessContent, type AssessDeps, type Assessed, assess } from '#domain/assessment/assess.ts'
import { settledFindings } from '#domain/intake/packet-draft.ts'
import { validateAssessment } from '#domain/safety/validate.ts'
import { compareLevels } from '#domain/shared/level.ts'
import { type PlayedCase, playCase, type ReadNarrative } from './play-case.ts'
import type { CaseResult } from './types.ts'

/** Plays one case and, when a model is given, has it write the assessment as the kiosk would. `now` is in ms. */
export const runCase = async (
  c: EvaluationCase,
  content: AssessContent,
  deps: AssessDeps | null,
  now: () => number,
  read?: ReadNarrative,
): Promise<CaseResult> => {
  const begun = now()
  const played = await playCase(c, { ...content.bundle, read })
  const { profile, facts, floor, protocols } = played
  const findings = settledFindings(played)
  const assessed = deps ? await assess({ profile, findings, facts, floor, protocols, words: c.narrative }, content, deps) : null
  const ms = now() - begun
  const outcome = assessed?.outcome
  const level = outcome?.kind === 'assessment' ? outcome.assessment.level : floor.level
  return {
    id: c.id,
    family: c.family ?? null,
    language: c.language,
    reporter: c.reporter,
    age: profile.age,
    sex: c.sex,
    narrative: c.narrative,
    interview: c.answers.length > 0,
    gold: { triage: c.gold.triage, complaints: c.gold.complaints ?? null, findings: c.gold.findings ?? null },
    level,
    floor: floor.level,
    fired: floor.fired.filter((r) => r.level === floor.level).map((r) => `${r.protocolId}/${r.ruleId}`),
    protocols: reasonsForEncounter(played, content.lexicon, played.story).map((p) => ({ id: p.protocolId, icpc2: p.icpc2 })),
    findings: { ...Object.fromEntries(played.possible.map((f) => [f.code, f.status])), ...Object.fromEntries(facts.findings) },
    asked: played.asked,
    unsafe: unsafeParts(c, played, level, assessed, content),
    model: assessed && {
      tries: assessed.outcome.attempts,
      attempts: assessed.attempts,
      handOff: outcome?.kind === 'hand-off' ? outcome.reason : null,
      generationMs: assessed.generationMs,
    },
    ms,
  }
}

/**
 * What a packet breaks: a level under the floor; a chest, breathing or neurological finding, found or in the gold
 * findings, without `high`; and, when there is AI text, everything the validator says of it when asked again.
 */
const unsafeParts = (
  c: EvaluationCase,
  { floor, facts }: PlayedCase,
  level: TriageLevel,
  assessed: Assessed | null,
  content: AssessContent,
): string[] => {
  const broken: string[] = []
  if (compareLevels(level, floor.level) < 0) broken.push('level-below-floor')
  const gold = Object.entries(c.gold.findings ?? {}).filter(([, status]) => status === 'present')
  const escalates = facts.escalating.size > 0 || gold.some(([code]) => content.lexicon.get(code)?.escalate !== undefined)
  if (escalates && compareLevels(level, 'high') < 0) broken.push('must-escalate')
  if (assessed?.outcome.kind === 'assessment') {
    const verdict = validateAssessment(withPromptIds(assessed.outcome.assessment, assessed), {
      language: 'en',
      floor: floor.level,
      findings: assessed.input.findings.map((f) => ({ ...f, escalate: content.lexicon.get(f.id)?.escalate })),
      passages: assessed.input.passages,
      escalationGroups: [...new Set(facts.escalating.values())],
      phrases: content.phrases,
    })
    if (!verdict.valid) broken.push(...verdict.violations.map((v) => v.constraint))
  }
  return [...new Set(broken)]
}

/** The validator reads the ids of the prompt (f1, p1); the packet carries the real ones. */
const withPromptIds = (assessment: Assessment, { input }: Assessed): Assessment => {
  const ids = new Map([
    ...input.findings.map((f, i) => [f.id, `f${i + 1}`] as const),
    ...input.passages.map((p, i) => [p.id, `p${i + 1}`] as const),
  ])
  const named = (s: Assessment['concerns'][number]) => ({ ...s, cites: s.cites.map((id) => ids.get(id) ?? id) })
  return { ...assessment, concerns: assessment.concerns.map(named), actions: assessment.actions.map(named) }
}
