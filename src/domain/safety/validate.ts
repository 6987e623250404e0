import { Assessment, type Verdict, type Violation } from '#contracts/clinical/assessment.ts'
import { compareLevels } from '../shared/level.ts'
import { fieldsOf, type Rule, type ValidationContext, violation } from './context.ts'
import { noCertainty } from './rules/certainty.ts'
import { noDiagnosis } from './rules/diagnosis.ts'
import { mustEscalate } from './rules/escalation.ts'
import { grounded } from './rules/grounding.ts'
import { noMedication } from './rules/medication.ts'
import { noLeak, noReassurance, nurseReviewStated, plainText, preliminaryStated, withinLength } from './rules/wording.ts'

const notBelowFloor: Rule = (_f, a, { floor }) =>
  compareLevels(a.level, floor) < 0 ? [violation('level-below-floor', 'level', a.level)] : []

const RULES: readonly Rule[] = [
  notBelowFloor,
  plainText,
  withinLength,
  preliminaryStated,
  nurseReviewStated,
  noDiagnosis,
  noMedication,
  noCertainty,
  mustEscalate,
  noReassurance,
  noLeak,
  grounded,
]

/**
 * The safety validator: every constraint, every sentence. `raw` is whatever the model wrote, parsed as JSON; anything that
 * is not an assessment is a schema violation. Order of violations follows the order of the rules.
 */
export const validateAssessment = (raw: unknown, context: ValidationContext): Verdict => {
  const parsed = Assessment.safeParse(raw)
  if (!parsed.success) {
    const paths = [...new Set(parsed.error.issues.map((i) => i.path.join('.')))]
    const [first, ...rest] = paths.map((path): Violation => violation('schema', path))
    return { valid: false, violations: [first ?? violation('schema', ''), ...rest] }
  }
  const fields = fieldsOf(parsed.data, context.phrases)
  const violations = RULES.flatMap((rule) => rule(fields, parsed.data, context))
  return violations.length === 0 ? { valid: true } : { valid: false, violations }
}
