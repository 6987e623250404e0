import type { Finding, FindingSource, FindingStatus, Measure, MeasureName } from '#contracts/clinical/finding.ts'
import type { Age, Profile, Sex } from '#contracts/clinical/profile.ts'
import type { LexiconEntry } from '#contracts/content/lexicon.ts'

export type EscalationGroup = NonNullable<LexiconEntry['escalate']>

/** What the rules read: one status a code, one value a measure. A code that is not in `findings` is unknown. */
export type Facts = {
  findings: ReadonlyMap<string, FindingStatus>
  /** Present codes that came from the patient's words (or from staff), with what they imply: these choose protocols. */
  mentioned: ReadonlySet<string>
  /** Codes told both present and absent; they count as present. */
  conflicts: ReadonlySet<string>
  /** Present codes of the always-escalate groups. */
  escalating: ReadonlyMap<string, EscalationGroup>
  measures: ReadonlyMap<MeasureName, number>
  age: Age | undefined
  sex: Sex
}

type FactsInput = {
  findings: readonly Finding[]
  measures: readonly Measure[]
  profile: Profile
  lexicon: readonly LexiconEntry[]
}

const fromWords = (f: { source: FindingSource }): boolean => f.source === 'narrative' || f.source === 'model'

/** Words: present beats unknown beats absent ("no fever, well, maybe a bit" is unknown). */
const ofWords = (statuses: readonly FindingStatus[]): FindingStatus | undefined =>
  (['present', 'unknown', 'absent'] as const).find((s) => statuses.includes(s))

/** Answers to several questions about one code: present wins, and a skipped question says nothing against an answered one. */
const ofAnswers = (statuses: readonly FindingStatus[]): FindingStatus | undefined =>
  (['present', 'absent', 'unknown'] as const).find((s) => statuses.includes(s))

/**
 * One status for a code. Staff beat everything. An answer beats words, except that "present" in the words against
 * "absent" in the answers is a conflict and stays present: the safe side. So intake hands in current answers only (a
 * changed answer replaces the old one), and a correction on the confirm screen replaces the narrative finding.
 */
const settle = (findings: readonly Finding[]): { status: FindingStatus; conflict: boolean } => {
  const staff = findings.filter((f) => f.source === 'staff').at(-1)
  if (staff) return { status: staff.status, conflict: false }
  const words = ofWords(findings.filter(fromWords).map((f) => f.status))
  const answers = ofAnswers(findings.filter((f) => !fromWords(f)).map((f) => f.status))
  if (words === 'present') return { status: 'present', conflict: answers === 'absent' }
  return { status: answers ?? words ?? 'unknown', conflict: false }
}

/** The codes and all that they imply, in any number of steps; a cycle ends it. */
export const closure = (codes: Iterable<string>, entries: ReadonlyMap<string, Pick<LexiconEntry, 'implies'>>): Set<string> => {
  const out = new Set<string>()
  const todo = [...codes]
  for (let code = todo.pop(); code !== undefined; code = todo.pop()) {
    if (out.has(code)) continue
    out.add(code)
    todo.push(...(entries.get(code)?.implies ?? []))
  }
  return out
}

// Pure: remembering the map of a lexicon by identity changes nothing but the time.
const maps = new WeakMap<readonly LexiconEntry[], ReadonlyMap<string, LexiconEntry>>()
/** Entries by code. */
export const entriesOf = (lexicon: readonly LexiconEntry[]): ReadonlyMap<string, LexiconEntry> => {
  const known = maps.get(lexicon) ?? new Map(lexicon.map((e) => [e.code, e]))
  maps.set(lexicon, known)
  return known
}

/** Settles findings, measures and profile into what the rules read. Total: unknown codes are kept as they are. */
export const makeFacts = ({ findings, measures, profile, lexicon }: FactsInput): Facts => {
  const entries = entriesOf(lexicon)
  const byCode = new Map<string, Finding[]>()
  for (const f of findings) byCode.set(f.code, [...(byCode.get(f.code) ?? []), f])
  const statuses = new Map<string, FindingStatus>()
  const conflicts = new Set<string>()
  for (const [code, list] of byCode) {
    const { status, conflict } = settle(list)
    statuses.set(code, status)
    if (conflict) conflicts.add(code)
  }
  const present = [...statuses].filter(([, status]) => status === 'present').map(([code]) => code)
  for (const code of closure(present, entries)) {
    if (statuses.get(code) === 'absent') conflicts.add(code)
    statuses.set(code, 'present')
  }
  const spoken = findings.filter((f) => (fromWords(f) || f.source === 'staff') && f.status === 'present').map((f) => f.code)
  const mentioned = closure(
    spoken.filter((code) => statuses.get(code) === 'present'),
    entries,
  )
  const escalating = new Map<string, EscalationGroup>()
  for (const [code, status] of statuses) {
    const group = entries.get(code)?.escalate
    if (group && status === 'present') escalating.set(code, group)
  }
  return {
    findings: statuses,
    mentioned,
    conflicts,
    escalating,
    measures: new Map([...trustedMeasures(measures)].map(([name, m]) => [name, m.value])),
    age: profile.age,
    sex: profile.sex,
  }
}

/** Measured values beat told ones; of equal sources the last counts. */
export const trustedMeasures = (measures: readonly Measure[]): Map<MeasureName, Measure> => {
  const trust = (m: Measure): number => (m.source === 'staff' ? 3 : m.source === 'vitals' ? 2 : fromWords(m) ? 0 : 1)
  const out = new Map<MeasureName, Measure>()
  for (const m of measures) {
    const before = out.get(m.name)
    if (!before || trust(m) >= trust(before)) out.set(m.name, m)
  }
  return out
}

/** Status of a code; `unknown` when nothing is known of it. */
export const statusOf = (facts: Facts, code: string): FindingStatus => facts.findings.get(code) ?? 'unknown'
