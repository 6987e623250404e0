import type { MeasureName } from '#contracts/clinical/finding.ts'
import type { Condition } from '#contracts/content/condition.ts'
import type { Question } from '#contracts/content/protocol.ts'

/** What a condition reads: finding codes and measures, each once, in order of appearance. */
export type ConditionParts = { codes: string[]; measures: MeasureName[]; usesAge: boolean; usesSex: boolean }

/** Lists everything a condition depends on. Total; the condition is trusted to follow its schema. */
export const conditionParts = (condition: Condition): ConditionParts => {
  const codes = new Set<string>()
  const measures = new Set<MeasureName>()
  let usesAge = false
  let usesSex = false
  const walk = (c: Condition): void => {
    if (typeof c === 'string') codes.add(c)
    else if ('absent' in c) codes.add(c.absent)
    else if ('all' in c) c.all.forEach(walk)
    else if ('any' in c) c.any.forEach(walk)
    else if ('not' in c) walk(c.not)
    else if ('atLeast' in c) c.of.forEach(walk)
    else if ('measure' in c) measures.add(c.measure)
    else if ('sex' in c) usesSex = true
    else usesAge = true
  }
  walk(condition)
  return { codes: [...codes], measures: [...measures], usesAge, usesSex }
}

/** Finding codes that an answer to the question sets. Empty for a measure question. */
export const questionCodes = (question: Question): string[] => {
  switch (question.kind) {
    case 'yes-no':
      return [question.finding]
    case 'choice':
      return question.options.flatMap((o) => (o.finding === undefined ? [] : [o.finding]))
    case 'multi':
      return question.options.map((o) => o.finding)
    case 'measure':
      return []
  }
}
