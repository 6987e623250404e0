import type { Statement } from '#contracts/clinical/assessment.ts'
import type { AssessPrompt } from '#contracts/content/bundle.ts'
import type { LexiconEntry } from '#contracts/content/lexicon.ts'
import type { Protocol } from '#contracts/content/protocol.ts'
import { labelsOf } from '../safety/context.ts'
import type { Phrasebook } from '../safety/phrases.ts'
import { isEscalation } from '../safety/rules/escalation.ts'
import { compareLevels } from '../shared/level.ts'
import { evaluateCondition } from '../triage/evaluate-condition.ts'
import type { Facts } from '../triage/facts.ts'
import { citable, isSupported, supportingIds } from './attribute.ts'
import { backgroundOf } from './input.ts'
import type { AssessmentInput } from './prompt.ts'
import { assessmentJsonSchema } from './schema.ts'
import { restatements, summaryGraph } from './text-graph.ts'

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`)

/**
 * The schema of one case: its statements are the reviewed sentences of its protocols whose condition holds and restatements of its
 * findings, each with citations that support it.
 */
export const caseSchema = (
  session: { protocols: readonly Protocol[]; facts: Facts },
  input: AssessmentInput,
  content: { lexicon: ReadonlyMap<string, LexiconEntry>; phrases: Phrasebook },
  urgency: AssessPrompt['urgency'],
): Readonly<Record<string, unknown>> => {
  const holds = (when: Protocol['considerations'][number]['when']): boolean =>
    when === undefined || evaluateCondition(when, session.facts).value === 'true'
  // Only what this prompt can support may be said: a sentence without a source here would be refused anyway.
  const said = citable(input)
  const choices = (texts: readonly string[]): Statement[] =>
    [...new Set(texts.map(sentence))].flatMap((text) =>
      supportingIds(text, said, content.phrases.stopwordSet).map((cites) => ({ text, cites })),
    )
  const place = new Map(input.passages.map((p, i) => [p.id, `p${i + 1}`]))
  /**
   * A reviewed sentence rests on the passage that its author cited for it; other passages may share its words and not say it. Where this
   * prompt holds that passage for none of them, what supports them best by words is better than silence.
   */
  const authored = (list: readonly { text: { en: string }; cite: string }[]): Statement[] => {
    const cited = list.flatMap(({ text, cite }): Statement[] => {
      const id = place.get(cite)
      return id === undefined ? [] : [{ text: sentence(text.en), cites: [id] }]
    })
    const unique = [...new Map(cited.map((s) => [s.text, s])).values()]
    const supported = unique.filter((s) => isSupported(s, said, content.phrases.stopwordSet))
    return supported.length > 0 ? supported : choices(list.map((s) => s.text.en))
  }
  // A restatement names what it rests on; where the validator asks for more, what supports it best is cited.
  const restated = (list: readonly Statement[]): Statement[] =>
    list.flatMap((s) => (isSupported(s, said, content.phrases.stopwordSet) ? [s] : choices([s.text])))
  const own = restatements(input, urgency)
  const considered = session.protocols.flatMap((p) => p.considerations).filter((c) => holds(c.when))
  const advised = session.protocols.flatMap((p) => p.actions).filter((a) => a.levels.includes(input.floor) && holds(a.when))
  const actions = [...restated(own.actions), ...authored(advised)]
  const labels = labelsOf(input.findings, 'present')
  const urgent = compareLevels(input.floor, 'high') >= 0
  return assessmentJsonSchema({
    language: 'en',
    // Version 0 sees nothing the rules did not see, so it has no ground to raise a level.
    levels: [input.floor],
    summary: summaryGraph(input, urgency, backgroundOf(content.lexicon)),
    concerns: [...restated(own.concerns), ...authored(considered)],
    actions,
    leading: urgent ? actions.filter((a) => isEscalation(content.phrases, a.text, labels)) : actions,
  })
}
