import { type Assessment, DISCLAIMER, type Statement, SUMMARY_PREFIX } from '#contracts/clinical/assessment.ts'
import type { AssessPrompt } from '#contracts/content/bundle.ts'
import type { Protocol } from '#contracts/content/protocol.ts'
import { citable } from '#domain/assessment/attribute.ts'
import type { AssessmentInput } from '#domain/assessment/prompt.ts'
import { restatements, summaryTold } from '#domain/assessment/text-graph.ts'
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
  const { situation, background, denied } = summaryTold(input, c.isBackground)
  const said = denied.length > 0 ? [denied.slice(0, r.int(1, denied.length)).join('')] : []
  return `${SUMMARY_PREFIX.en} ${[...situation, ...background, ...said].join('. ')}. Suggests ${r.pick(c.urgency[input.floor])}.`
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
  const restated = r.pick(restatements(input, c.urgency).concerns)
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

/** What a careful clinician would have the model write for this prompt: hedged, grounded, at the floor. */
export const targetAssessment = (c: TargetContext): Assessment => {
  const found = actions(c)
  const urgent = c.input.floor === 'high' || c.input.floor === 'emergency'
  const escalates = found.some((a) => c.phrases.escalation(` ${a.text.toLowerCase().replace(/[^a-z0-9]+/g, ' ')} `))
  return {
    level: c.input.floor,
    summary: summary(c),
    concerns: concerns(c),
    actions:
      found.length === 0 || (urgent && !escalates) ? [...restatements(c.input, c.urgency).actions, ...found].slice(0, 3) : found,
    disclaimer: DISCLAIMER.en,
  }
}
