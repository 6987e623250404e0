import type { Prompt } from '#contracts/content/bundle.ts'
import type { LexiconEntry } from '#contracts/content/lexicon.ts'
import type { Protocol } from '#contracts/content/protocol.ts'
import type { Phrasebook } from '../safety/phrases.ts'
import { evaluateCondition } from '../triage/evaluate-condition.ts'
import type { Facts } from '../triage/facts.ts'
import { citable, supportingIds } from './attribute.ts'
import type { AssessmentInput } from './prompt.ts'
import { assessmentJsonSchema } from './schema.ts'
import { restatements, statementGraph, summaryGraph } from './text-graph.ts'

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`)

/**
 * The schema of one case: the texts are made of the reviewed sentences of its protocols whose condition is not false, and of
 * restatements of its findings.
 */
export const caseSchema = (
  session: { protocols: readonly Protocol[]; facts: Facts },
  input: AssessmentInput,
  content: { lexicon: ReadonlyMap<string, LexiconEntry>; phrases: Phrasebook },
  urgency: Prompt['urgency'],
): Readonly<Record<string, unknown>> => {
  const holds = (when: Protocol['considerations'][number]['when']): boolean =>
    when === undefined || evaluateCondition(when, session.facts).value === 'true'
  // Only what this prompt can support may be said: a sentence without a source here would be refused anyway.
  const said = citable(input)
  const grounded = (texts: readonly string[]): string[] =>
    texts.map(sentence).filter((t) => supportingIds(t, said, content.phrases.stopwordSet) !== null)
  const own = restatements(input, urgency)
  const considered = session.protocols.flatMap((p) => p.considerations).filter((c) => holds(c.when))
  const advised = session.protocols.flatMap((p) => p.actions).filter((a) => a.levels.includes(input.floor) && holds(a.when))
  const isBackground = (code: string): boolean => ['history', 'context'].includes(content.lexicon.get(code)?.kind ?? '')
  return assessmentJsonSchema({
    language: 'en',
    // Version 0 sees nothing the rules did not see, so it has no ground to raise a level.
    levels: [input.floor],
    ids: [...said.keys()],
    summary: summaryGraph(input, urgency, isBackground),
    concerns: statementGraph([...own.concerns, ...grounded(considered.map((c) => c.text.en))]),
    actions: statementGraph([...own.actions, ...grounded(advised.map((a) => a.text.en))]),
  })
}
