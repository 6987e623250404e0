import type { Finding } from '#contracts/clinical/finding.ts'
import type { Floor } from '#contracts/clinical/floor.ts'
import type { Profile } from '#contracts/clinical/profile.ts'
import type { Passage } from '#contracts/content/guideline.ts'
import type { LexiconEntry } from '#contracts/content/lexicon.ts'
import type { Protocol } from '#contracts/content/protocol.ts'
import { conditionParts } from '../triage/condition-parts.ts'
import { closure, type Facts, statusOf } from '../triage/facts.ts'
import { contradicted, measuredText } from './measured.ts'
import { type AssessmentInput, PROMPT_LIMITS, type PromptFinding } from './prompt.ts'

/** How the illness of today goes: told with what is reported, after it. */
const COURSE: ReadonlySet<string> = new Set([
  'sudden-onset',
  'worsening',
  'improving',
  'mild-symptoms',
  'long-standing',
  'recurrent-problem',
  'symptoms-resolved',
  'limits-activity',
  'unable-usual-activities',
  'worried-serious',
])
/** So many denied findings come before what is open. */
const LEADING_DENIED = 3

const contentWords = (label: string): string[] =>
  (label.toLowerCase().match(/[\p{L}\d]+/gu) ?? []).filter(
    (w) => !['a', 'an', 'and', 'in', 'of', 'on', 'or', 'the', 'to', 'with'].includes(w),
  )

/** Codes that red flags of the protocols read, those of the most urgent ones first. */
const redFlagCodes = (protocols: readonly Protocol[]): string[] => {
  const flags = protocols.flatMap((p) => p.redFlags)
  const urgentFirst = [...flags.filter((f) => f.level === 'emergency'), ...flags.filter((f) => f.level !== 'emergency')]
  // The complaint stands in most conditions; to hear it denied tells nothing of danger.
  const complaints = new Set(protocols.flatMap((p) => p.entry))
  return [...new Set(urgentFirst.flatMap((f) => conditionParts(f.when).codes))].filter((c) => !complaints.has(c))
}

/**
 * Findings worth the prompt's room, most telling first: what fired rules rest on, then other present findings, red flags denied, what
 * is open, what else was denied. Each with the status that the rules read. Left out is background that is merely absent, and what
 * another finding tells already or speaks against: no "fever" beside "high fever", present or denied.
 */
const promptFindings = ({ findings, floor, protocols, facts, lexicon }: AssessmentFacts): PromptFinding[] => {
  const label = (code: string): string => lexicon.get(code)?.label.en ?? code
  const fired = new Set(floor.fired.flatMap((r) => r.because))
  const deciding = new Set(floor.fired.filter((r) => r.level === floor.level).flatMap((r) => r.because))
  const open = new Set(floor.open.flatMap((o) => o.missing))
  const codes = [...new Set(findings.map((f) => f.code))]
  const withStatus = (status: Finding['status']): string[] => codes.filter((c) => statusOf(facts, c) === status)
  const known = withStatus('present').filter((c) => lexicon.has(c))
  const tells = new Map(known.map((c) => [c, closure([c], lexicon)]))
  // Of two findings that imply each other the first stays.
  const present = known.filter(
    (c, i) => !known.some((o, j) => o !== c && tells.get(o)?.has(c) && !(tells.get(c)?.has(o) && i < j)),
  )
  const words = present.map((c) => new Set(contentWords(label(c))))
  const fresh = (code: string): boolean =>
    !contradicted(code, facts.measures) && !words.some((said) => contentWords(label(code)).every((w) => said.has(w)))

  const rests = (on: ReadonlySet<string>, code: string): boolean => [...(tells.get(code) ?? [])].some((c) => on.has(c))
  const presentRank = (code: string): number =>
    COURSE.has(code) ? 1 : -Number(rests(fired, code)) - Number(rests(deciding, code))
  const told = [...present].sort((a, b) => presentRank(a) - presentRank(b))
  const flags = redFlagCodes(protocols)
  const flagRank = (code: string): number => (flags.includes(code) ? flags.indexOf(code) : flags.length)
  const denied = withStatus('absent')
    .filter((c) => ['symptom', 'sign'].includes(lexicon.get(c)?.kind ?? '') && fresh(c))
    .sort((a, b) => flagRank(a) - flagRank(b))
    // Who denies a fever denies a high one.
    .filter((c, i, all) => !all.slice(0, i).some((before) => closure([c], lexicon).has(before)))
  const unknown = withStatus('unknown').filter((c) => open.has(c) && fresh(c))
  const as = (status: Finding['status'], list: readonly string[]) => list.map((code) => ({ code, status }))
  return [
    ...as('present', told),
    ...as('absent', denied.slice(0, LEADING_DENIED)),
    ...as('unknown', unknown),
    ...as('absent', denied.slice(LEADING_DENIED)),
  ]
    .slice(0, PROMPT_LIMITS.findings)
    .map(({ code, status }) => ({
      id: code,
      label: label(code),
      status,
      ...(status === 'present' && rests(deciding, code) ? { leading: true } : {}),
    }))
}

/** Whether a finding is background (history, circumstances) and not a complaint of today or its course. */
export const backgroundOf =
  (lexicon: ReadonlyMap<string, LexiconEntry>) =>
  (code: string): boolean =>
    !COURSE.has(code) && ['history', 'context'].includes(lexicon.get(code)?.kind ?? '')

export type AssessmentFacts = {
  profile: Profile
  floor: Floor
  protocols: readonly Protocol[]
  findings: readonly Finding[]
  /** The findings settled, and what was measured. */
  facts: Facts
  lexicon: ReadonlyMap<string, LexiconEntry>
  /** Passages by id, at least those the protocols cite. */
  passages: ReadonlyMap<string, Passage>
  /** What retrieval found, best first. */
  retrieved: readonly Passage[]
}

/**
 * Passages for the prompt: what the fired rules cite, then what retrieval found. Below the same day one of them is what the
 * first unconditional action of that level rests on: advice without its passage could not be supported.
 */
const promptPassages = ({ floor, protocols, passages, retrieved }: AssessmentFacts): Passage[] => {
  const cited = floor.fired.flatMap((r) => (r.cite === undefined ? [] : (passages.get(r.cite) ?? [])))
  const calm = floor.level === 'low' || floor.level === 'medium'
  const advice = protocols.flatMap((p) => p.actions).filter((a) => calm && !a.when && a.levels.includes(floor.level))
  const advised = advice.flatMap((a) => passages.get(a.cite) ?? []).slice(0, 1)
  const leading = cited.slice(0, PROMPT_LIMITS.passages - 1 - advised.length)
  const unique = new Map([...leading, ...advised, ...retrieved].map((p) => [p.id, p]))
  return [...unique.values()].slice(0, PROMPT_LIMITS.passages)
}

/** Everything the prompt says, from the state of a session. Labels are English, the working language of version 0. */
export const assessmentInput = (facts: AssessmentFacts): AssessmentInput => ({
  profile: facts.profile,
  floor: facts.floor.level,
  complaints: facts.protocols.map((p) => p.title.en),
  findings: promptFindings(facts),
  passages: promptPassages(facts).map((p) => ({ id: p.id, heading: p.heading, text: p.text })),
  measured: measuredText(facts.facts.measures),
})
