import { compareLevels } from '../../shared/level.ts'
import type { EscalationGroup, Field, Rule, ValidationContext } from '../context.ts'
import { labelsOf, violation } from '../context.ts'
import { readSentences, withoutLabels } from '../normalise.ts'
import { allMatches, type Phrasebook } from '../phrases.ts'
import { cueBefore, deniedMention, readLists } from '../scope.ts'

const groupMatcher = (p: Phrasebook) =>
  [
    ['chest-pain', p.chestPain],
    ['breathing', p.breathing],
    ['neurological', p.neurological],
  ] as const

/** Groups the assessment itself speaks of as present, though no finding carried them. */
const groupsInText = (fields: readonly Field[], p: Phrasebook): EscalationGroup[] => {
  const lists = fields
    .filter((f) => f.kind === 'summary' || f.kind === 'concern')
    .flatMap((f) => f.sentences.flatMap((s) => readLists(p, s, (c) => c.text)))
  return groupMatcher(p).flatMap(([group, match]) => {
    const stated = lists.some((text) =>
      allMatches(match, text).some(
        (m) => !deniedMention(p, text, m) && ![p.exclusionCues, p.conditional].some((cue) => cueBefore(p, cue, text, m)),
      ),
    )
    return stated ? [group] : []
  })
}

/** An escalation that waits for something to get worse is none, also where the condition stands in the next clause. */
const escalates = (p: Phrasebook, f: Field, labels: readonly string[]): boolean =>
  f.sentences.some((s) => {
    const lists = readLists(p, s, (c) => c.text)
    return lists.some((text, i) => {
      const condition = p.escalationConditions(`${text.trimEnd()}${lists[i + 1] ?? ' '}`)
      const waits = condition !== null && condition.start <= text.length
      return p.escalation(text) !== null && p.escalationDenied(withoutLabels(s.text, labels)) === null && !waits
    })
  })

/** Whether this one action is enough of an escalation; `labels` as `labelsOf` gives them for present findings. */
export const isEscalation = (p: Phrasebook, text: string, labels: readonly string[]): boolean =>
  escalates(p, { path: 'actions', kind: 'action', raw: text, cites: [], sentences: readSentences(text, p.repair) }, labels)

/** Chest pain, difficulty breathing and neurological symptoms are always escalated, by level and in the actions. */
export const mustEscalate: Rule = (fields, assessment, context: ValidationContext) => {
  const { phrases: p, escalationGroups } = context
  const labels = labelsOf(context.findings, 'present')
  const denied = fields.flatMap((f) =>
    f.sentences
      .flatMap((s) => p.escalationDenied(withoutLabels(s.text, labels)) ?? [])
      .map((m) => ({ path: f.path, text: m.text })),
  )
  const needed = new Set([...escalationGroups, ...groupsInText(fields, p)])
  if (needed.size === 0 && compareLevels(assessment.level, 'high') < 0) return []
  const found = denied.map((d) => violation('must-escalate', d.path, d.text))
  if (needed.size > 0 && compareLevels(assessment.level, 'high') < 0)
    found.push(violation('must-escalate', 'level', assessment.level))
  if (!fields.some((f) => f.kind === 'action' && escalates(p, f, labels))) found.push(violation('must-escalate', 'actions'))
  return found
}
