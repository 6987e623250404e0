import type { Finding, FindingStatus, Measure } from '#contracts/clinical/finding.ts'
import type { Age, Profile } from '#contracts/clinical/profile.ts'
import type { LexiconEntry } from '#contracts/content/lexicon.ts'
import type { Protocol, Question } from '#contracts/content/protocol.ts'
import { evaluateCondition } from '#domain/triage/evaluate-condition.ts'
import { makeFacts } from '#domain/triage/facts.ts'
import type { Random } from './random.ts'

export type SampledCase = { profile: Profile; findings: Finding[]; measures: Measure[] }

const randomAge = (r: Random): Age => {
  const draw = r.next()
  if (draw < 0.04) return { value: r.int(1, 11), unit: 'week' }
  if (draw < 0.12) return { value: r.int(3, 23), unit: 'month' }
  if (draw < 0.24) return { value: r.int(2, 15), unit: 'year' }
  return { value: r.int(16, 93), unit: 'year' }
}

const measureValue = (q: Extract<Question, { kind: 'measure' }>, severity: number, r: Random): number => {
  if (q.measure === 'duration_hours') return r.pick([2, 6, 12, 24, 48, 72, 96, 168, 240, 336, 504, 1000])
  if (q.measure === 'temperature_c') return Math.round((36.4 + r.next() * (severity < 0.05 ? 2 : 4)) * 10) / 10
  if (q.measure === 'pain_score') return r.int(0, severity < 0.05 ? 5 : 10)
  return Math.round(q.min + r.next() * (q.max - q.min))
}

const anyProfile = (r: Random): Profile => ({
  reporter: r.chance(0.3) ? 'caregiver' : 'patient',
  sex: r.chance(0.03) ? 'unknown' : r.pick(['female', 'male'] as const),
  ...(r.chance(0.98) ? { age: randomAge(r) } : {}),
})

/** Drawn again while age and sex alone rule the protocol out, some hundred times at most. */
const profileFor = (protocol: Protocol, r: Random): Profile => {
  const { applies } = protocol
  for (let tries = 0; ; tries++) {
    const profile = anyProfile(r)
    if (applies === undefined || tries >= 300) return profile
    const facts = makeFacts({ findings: [], measures: [], profile, lexicon: [] })
    if (evaluateCondition(applies, facts).value !== 'false') return profile
  }
}

/**
 * One invented patient for a protocol. `severity` 0-1 is how often a question is answered with a worrying "yes": low
 * values make the mild cases that a uniform draw would almost never produce.
 */
export const sampleCase = (protocol: Protocol, history: readonly LexiconEntry[], severity: number, r: Random): SampledCase => {
  const profile = profileFor(protocol, r)
  const status = new Map<string, { status: FindingStatus; source: Finding['source'] }>()
  const set = (code: string, value: FindingStatus, source: Finding['source'] = 'answer') => {
    if (!status.has(code)) status.set(code, { status: value, source })
  }
  for (const code of r.sample(protocol.entry, r.chance(0.7) ? 1 : 2)) set(code, 'present', 'narrative')
  const measures: Measure[] = []
  // Most patients answer everything; a case with gaps has several.
  const gaps = r.chance(0.2) ? 0.15 : 0
  for (const q of protocol.questions) {
    if (r.chance(gaps)) continue
    if (q.kind === 'yes-no') set(q.finding, r.chance(severity) ? 'present' : r.chance(gaps) ? 'unknown' : 'absent')
    else if (q.kind === 'multi') for (const o of q.options) set(o.finding, r.chance(severity * 0.5) ? 'present' : 'absent')
    else if (q.kind === 'choice') {
      const chosen = r.pick(q.options)
      for (const o of q.options) if (o.finding) set(o.finding, o === chosen ? 'present' : 'absent')
    } else measures.push({ name: q.measure, value: measureValue(q, severity, r), source: 'answer' })
  }
  for (const entry of history) {
    if (entry.code === 'pregnant' && profile.sex !== 'female') continue
    set(entry.code, r.chance(0.04 + 0.06 * severity) ? 'present' : 'absent', 'history')
  }
  return { profile, measures, findings: [...status].map(([code, s]) => ({ code, ...s })) }
}
