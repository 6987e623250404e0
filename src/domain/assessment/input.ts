import type { Finding } from '#contracts/clinical/finding.ts'
import type { Floor } from '#contracts/clinical/floor.ts'
import type { Profile } from '#contracts/clinical/profile.ts'
import type { Passage } from '#contracts/content/guideline.ts'
import type { LexiconEntry } from '#contracts/content/lexicon.ts'
import type { Protocol } from '#contracts/content/protocol.ts'
import { type AssessmentInput, PROMPT_LIMITS, type PromptFinding } from './prompt.ts'

const weight = { present: 0, unknown: 2, absent: 1 } as const

/**
 * Findings worth the prompt's room, most telling first: what fired rules rest on, then other present findings, then red
 * flags denied, then what is open. Background that is merely absent is left out.
 */
const promptFindings = (
  findings: readonly Finding[],
  floor: Floor,
  byCode: ReadonlyMap<string, LexiconEntry>,
): PromptFinding[] => {
  const fired = new Set(floor.fired.flatMap((r) => r.because))
  const deciding = new Set(floor.fired.filter((r) => r.level === floor.level).flatMap((r) => r.because))
  const open = new Set(floor.open.flatMap((o) => o.missing))
  const worth = findings.filter((f) => {
    const kind = byCode.get(f.code)?.kind
    if (f.status === 'present') return kind !== undefined
    if (f.status === 'unknown') return open.has(f.code)
    return kind === 'symptom' || kind === 'sign'
  })
  const rank = (f: Finding): number =>
    weight[f.status] - (f.status === 'present' ? Number(fired.has(f.code)) + Number(deciding.has(f.code)) : 0)
  return worth
    .map((f, i) => ({ f, i }))
    .sort((a, b) => rank(a.f) - rank(b.f) || a.i - b.i)
    .slice(0, PROMPT_LIMITS.findings)
    .map(({ f }) => ({
      id: f.code,
      label: byCode.get(f.code)?.label.en ?? f.code,
      status: f.status,
      ...(f.status === 'present' && deciding.has(f.code) ? { leading: true } : {}),
    }))
}

/** Whether a finding is background (history, circumstances) and not a complaint of today. */
export const backgroundOf =
  (lexicon: ReadonlyMap<string, LexiconEntry>) =>
  (code: string): boolean =>
    ['history', 'context'].includes(lexicon.get(code)?.kind ?? '')

export type AssessmentFacts = {
  profile: Profile
  floor: Floor
  protocols: readonly Protocol[]
  findings: readonly Finding[]
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
  findings: promptFindings(facts.findings, facts.floor, facts.lexicon),
  passages: promptPassages(facts).map((p) => ({ id: p.id, heading: p.heading, text: p.text })),
})
