import { ASSESSMENT_LIMITS, type Assessment, DISCLAIMER, type Statement, SUMMARY_PREFIX } from '#contracts/clinical/assessment.ts'
import type { AssessPrompt } from '#contracts/content/bundle.ts'
import type { Protocol } from '#contracts/content/protocol.ts'
import { citable } from '#domain/assessment/attribute.ts'
import type { AssessmentInput } from '#domain/assessment/prompt.ts'
import { capital, who } from '#domain/assessment/text-graph.ts'
import type { Phrasebook } from '#domain/safety/phrases.ts'
import { SUPPORT_THRESHOLD, supportOf } from '#domain/safety/rules/grounding.ts'
import type { Random } from './random.ts'

export type TargetContext = {
  input: AssessmentInput
  protocols: readonly Protocol[]
  /** Whether a condition of a protocol holds for this case. */
  holds: (when: Protocol['considerations'][number]['when']) => boolean
  /** Whether a finding code is background; it is worded differently. */
  isBackground: (code: string) => boolean
  phrases: Phrasebook
  urgency: AssessPrompt['urgency']
  random: Random
}

/** "a, b and c" */
export const list = (items: readonly string[]): string =>
  items.length <= 1 ? (items[0] ?? '') : `${items.slice(0, -1).join(', ')} and ${items[items.length - 1]}`

/** The ids that best support a text, at most two; null when nothing in the prompt does. */
const cite = (text: string, preferred: string | null, c: TargetContext): string[] | null => {
  const texts = citable(c.input)
  const stop = c.phrases.stopwordSet
  const scored = [...texts].map(([id, said]) => ({ id, score: supportOf(text, [said], stop) + (id === preferred ? 0.2 : 0) }))
  scored.sort((a, b) => b.score - a.score || a.id.localeCompare(b.id))
  const best = scored.filter((s) => s.score > 0).slice(0, 2)
  for (const n of [1, 2]) {
    const ids = best.slice(0, n).map((s) => s.id)
    if (
      ids.length > 0 &&
      supportOf(
        text,
        ids.map((id) => texts.get(id) ?? ''),
        stop,
      ) >= SUPPORT_THRESHOLD
    )
      return ids.sort()
  }
  return null
}

const passageRef = (passageId: string, input: AssessmentInput): string | null => {
  const at = input.passages.findIndex((p) => p.id === passageId)
  return at < 0 ? null : `p${at + 1}`
}

const summary = (c: TargetContext): string => {
  const { input, random: r } = c
  const named = (status: string) => input.findings.filter((f) => f.status === status)
  const background = named('present').filter((f) => c.isBackground(f.id))
  const symptoms = named('present').filter((f) => !background.includes(f))
  const absent = named('absent').slice(0, r.int(1, 2))
  const open = named('unknown').slice(0, 2)
  const parts = [
    `${who(input)} ${r.pick(['reports', 'describes', 'with reported'])} ${list(symptoms.slice(0, 6).map((f) => f.label))}`,
    ...(background.length > 0 ? [`background of ${list(background.slice(0, 4).map((f) => f.label))}`] : []),
    ...(absent.length > 0 ? [`no reported ${absent.map((f) => f.label).join(' or ')}`] : []),
    ...(open.length > 0 ? [`not known: ${list(open.map((f) => f.label))}`] : []),
  ]
  while (parts.join('; ').length > ASSESSMENT_LIMITS.summary - 90) parts.pop()
  return `${SUMMARY_PREFIX.en} ${capital(parts.join('; '))}. Suggests ${r.pick(c.urgency[input.floor])}.`
}

const concerns = (c: TargetContext): Statement[] => {
  const { input, random: r } = c
  const possible = c.protocols
    .flatMap((p) => p.considerations)
    .filter((x) => c.holds(x.when))
    .flatMap((x) => {
      const cites = cite(x.text.en, passageRef(x.cite, input), c)
      return cites ? [{ text: x.text.en.endsWith('.') ? x.text.en : `${x.text.en}.`, cites }] : []
    })
  const leading = input.findings
    .map((f, i) => ({ f, id: `f${i + 1}` }))
    .filter(({ f }) => f.status === 'present')
    .slice(0, 2)
  const labels = list(leading.map(({ f }) => f.label))
  const restated = {
    text: r.pick([
      `Reported ${labels} needs ${r.pick(c.urgency[input.floor])}.`,
      `${capital(labels)} reported; suggests ${r.pick(c.urgency[input.floor])}.`,
    ]),
    cites: leading.map((l) => l.id),
  }
  const keep = possible.slice(0, 3)
  return keep.length === 0 || r.chance(0.3) ? [restated, ...keep].slice(0, 3) : keep
}

const actions = (c: TargetContext): Statement[] => {
  const { input } = c
  return c.protocols
    .flatMap((p) => p.actions)
    .filter((a) => a.levels.includes(input.floor) && c.holds(a.when))
    .flatMap((a) => {
      const cites = cite(a.text.en, passageRef(a.cite, input), c)
      return cites ? [{ text: a.text.en.endsWith('.') ? a.text.en : `${a.text.en}.`, cites }] : []
    })
    .slice(0, 3)
}

const fallbackAction = (c: TargetContext): Statement => {
  const at = Math.max(
    0,
    c.input.findings.findIndex((f) => f.status === 'present'),
  )
  const label = c.input.findings[at]?.label ?? 'symptoms'
  const text = {
    emergency: `Alert a clinician now about ${label}.`,
    high: `Escalate ${label} for same-day clinician review.`,
    medium: `Arrange routine review of ${label} within days.`,
    low: `Offer advice on ${label} and when to return.`,
  }[c.input.floor]
  return { text, cites: [`f${at + 1}`] }
}

/** What a careful clinician would have the model write for this prompt: hedged, grounded, at the floor. */
export const targetAssessment = (c: TargetContext): Assessment => {
  const found = actions(c)
  const urgent = c.input.floor === 'high' || c.input.floor === 'emergency'
  const escalates = found.some((a) => c.phrases.escalation(` ${a.text.toLowerCase().replace(/[^a-z0-9]+/g, ' ')} `))
  return {
    level: c.input.floor,
    summary: summary(c),
    concerns: concerns(c),
    actions: found.length === 0 || (urgent && !escalates) ? [fallbackAction(c), ...found].slice(0, 3) : found,
    disclaimer: DISCLAIMER.en,
  }
}
