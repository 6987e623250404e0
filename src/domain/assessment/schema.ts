import { ASSESSMENT_LIMITS, DISCLAIMER, SUMMARY_PREFIX } from '#contracts/clinical/assessment.ts'
import type { Language } from '#contracts/clinical/language.ts'
import type { TriageLevel } from '#contracts/clinical/triage-level.ts'
import type { TextGraph } from './text-graph.ts'

export type SchemaInput = {
  language: Language
  /** Levels the model may answer with. */
  levels: readonly TriageLevel[]
  /** Ids it may cite: present findings and passages of the prompt. */
  ids: readonly string[]
  summary: TextGraph
  concerns: TextGraph
  actions: TextGraph
}

/**
 * JSON Schema the decoder is constrained to for one case, with the decoder's extension `graph`: levels below the floor, ids
 * that are not in the prompt and expressions that no reviewed text of the case holds cannot be written at all.
 */
export const assessmentJsonSchema = (input: SchemaInput): Readonly<Record<string, unknown>> => {
  const statements = (graph: TextGraph) => ({
    type: 'array',
    minItems: 1,
    maxItems: ASSESSMENT_LIMITS.statements - 1,
    items: {
      type: 'object',
      properties: {
        text: { type: 'string', graph },
        cites: { type: 'array', minItems: 1, maxItems: ASSESSMENT_LIMITS.citations, items: { enum: [...input.ids] } },
      },
      required: ['text', 'cites'],
      additionalProperties: false,
    },
  })
  const prefix = `${SUMMARY_PREFIX[input.language]} `
  return {
    type: 'object',
    properties: {
      level: { enum: [...input.levels] },
      summary: { type: 'string', prefix, graph: input.summary },
      concerns: statements(input.concerns),
      actions: statements(input.actions),
      disclaimer: { const: DISCLAIMER[input.language] },
    },
    required: ['level', 'summary', 'concerns', 'actions', 'disclaimer'],
    additionalProperties: false,
  }
}
