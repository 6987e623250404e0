import { ASSESSMENT_LIMITS, DISCLAIMER, SUMMARY_PREFIX } from '#contracts/clinical/assessment.ts'
import type { Language } from '#contracts/clinical/language.ts'
import type { TriageLevel } from '#contracts/clinical/triage-level.ts'
import { levelsAtOrAbove } from '../shared/level.ts'

/**
 * JSON Schema (draft 2020-12) the decoder is constrained to for one case: levels below the floor and ids that are not
 * in the prompt cannot be written at all.
 */
export const assessmentJsonSchema = (
  language: Language,
  floor: TriageLevel,
  ids: readonly string[],
): Readonly<Record<string, unknown>> => {
  const prefix = SUMMARY_PREFIX[language].replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  const statements = {
    type: 'array',
    minItems: 1,
    maxItems: ASSESSMENT_LIMITS.statements,
    items: {
      type: 'object',
      properties: {
        text: { type: 'string', pattern: `^[^"\\\\<>\\u0000-\\u001f]{3,${ASSESSMENT_LIMITS.statement}}$` },
        cites: { type: 'array', minItems: 1, maxItems: ASSESSMENT_LIMITS.citations, items: { enum: [...ids] } },
      },
      required: ['text', 'cites'],
      additionalProperties: false,
    },
  }
  return {
    type: 'object',
    properties: {
      level: { enum: levelsAtOrAbove(floor) },
      summary: { type: 'string', pattern: `^${prefix} [^"\\\\<>\\u0000-\\u001f]{10,${ASSESSMENT_LIMITS.summary - 40}}$` },
      concerns: statements,
      actions: statements,
      disclaimer: { const: DISCLAIMER[language] },
    },
    required: ['level', 'summary', 'concerns', 'actions', 'disclaimer'],
    additionalProperties: false,
  }
}
