import { ASSESSMENT_LIMITS, DISCLAIMER, type Statement, SUMMARY_PREFIX } from '#contracts/clinical/assessment.ts'
import type { Language } from '#contracts/clinical/language.ts'
import type { TriageLevel } from '#contracts/clinical/triage-level.ts'
import type { TextGraph } from './text-graph.ts'

export type SchemaInput = {
  language: Language
  /** Levels the model may answer with. */
  levels: readonly TriageLevel[]
  summary: TextGraph
  /** Statements it may make, each with ids that support it. */
  concerns: readonly Statement[]
  actions: readonly Statement[]
  /** What the first action must be one of. */
  leading: readonly Statement[]
}

/**
 * JSON Schema the decoder is constrained to for one case, with the decoder's extension `graph`: levels below the floor, sentences
 * that no reviewed text of the case holds, citations that do not support theirs, and urgent cases without an escalation cannot be
 * written at all.
 */
export const assessmentJsonSchema = (input: SchemaInput): Readonly<Record<string, unknown>> => {
  const statements = (choices: readonly Statement[], first = choices) => ({
    type: 'array',
    minItems: 1,
    maxItems: ASSESSMENT_LIMITS.statements - 1,
    prefixItems: [{ enum: first }],
    items: { enum: choices },
  })
  const prefix = `${SUMMARY_PREFIX[input.language]} `
  return {
    type: 'object',
    properties: {
      level: { enum: [...input.levels] },
      summary: { type: 'string', prefix, graph: input.summary },
      concerns: statements(input.concerns),
      actions: statements(input.actions, input.leading),
      disclaimer: { const: DISCLAIMER[input.language] },
    },
    required: ['level', 'summary', 'concerns', 'actions', 'disclaimer'],
    additionalProperties: false,
  }
}
