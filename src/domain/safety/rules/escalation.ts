import { compareLevels } from '../../shared/level.ts'
import type { EscalationGroup, Field, Rule, ValidationContext } from '../context.ts'
import { violation } from '../context.ts'
import type { Phrasebook } from '../phrases.ts'

const groupMatcher = (p: Phrasebook) =>
  [
    ['chest-pain', p.chestPain],
    ['breathing', p.breathing],
    ['neurological', p.neurological],
  ] as const

/** Groups the assessment itself speaks of as present, though no finding carried them. */
const groupsInText = (fields: readonly Field[], p: Phrasebook): EscalationGroup[] =>
  groupMatcher(p).flatMap(([group, match]) => {
    const spoken = fields.some(
      (f) =>
        (f.kind === 'summary' || f.kind === 'concern') &&
        f.sentences.some(
          (s) =>
            !p.conditional(s.text) && s.clauses.some((c) => match(c.text) && !p.negation(c.text) && !p.exclusionCues(c.text)),
        ),
    )
    return spoken ? [group] : []
  })

const escalates = (p: Phrasebook, f: Field): boolean =>
  f.sentences.some((s) => p.escalation(s.text) && !p.escalationDenied(s.text))

/** Chest pain, difficulty breathing and neurological symptoms are always escalated, by level and in the actions. */
export const mustEscalate: Rule = (fields, assessment, { phrases: p, escalationGroups }: ValidationContext) => {
  const denied = fields.flatMap((f) =>
    f.sentences.flatMap((s) => p.escalationDenied(s.text) ?? []).map((m) => ({ path: f.path, text: m.text })),
  )
  const needed = new Set([...escalationGroups, ...groupsInText(fields, p)])
  if (needed.size === 0 && compareLevels(assessment.level, 'high') < 0) return []
  const found = denied.map((d) => violation('must-escalate', d.path, d.text))
  if (needed.size > 0 && compareLevels(assessment.level, 'high') < 0)
    found.push(violation('must-escalate', 'level', assessment.level))
  if (!fields.some((f) => f.kind === 'action' && escalates(p, f))) found.push(violation('must-escalate', 'actions'))
  return found
}
