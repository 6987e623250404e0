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
  const open = new Set(floor.open.flatMap((o) => o.missing))
  const worth = findings.filter((f) => {
    const kind = byCode.get(f.code)?.kind
    if (f.status === 'present') return kind !== undefined
    if (f.status === 'unknown') return open.has(f.code)
    return kind === 'symptom' || kind === 'sign'
  })
  const rank = (f: Finding): number => weight[f.status] - (f.status === 'present' && fired.has(f.code) ? 1 : 0)
  return worth
    .map((f, i) => ({ f, i }))
    .sort((a, b) => rank(a.f) - rank(b.f) || a.i - b.i)
    .slice(0, PROMPT_LIMITS.findings)
    .map(({ f }) => ({ id: f.code, label: byCode.get(f.code)?.label.en ?? f.code, status: f.status }))
}

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

/** Passages for the prompt: what the fired rules cite, then what retrieval found. */
const promptPassages = ({ floor, passages, retrieved }: AssessmentFacts): Passage[] => {
  const cited = floor.fired.flatMap((r) => (r.cite === undefined ? [] : (passages.get(r.cite) ?? [])))
  const unique = new Map([...cited.slice(0, PROMPT_LIMITS.passages - 1), ...retrieved].map((p) => [p.id, p]))
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
