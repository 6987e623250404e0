import type { Rule } from '../context.ts'
import { presentLabels, violation } from '../context.ts'
import { withoutLabels } from '../normalise.ts'
import type { Phrasebook } from '../phrases.ts'

const DOSE_NUMBER = /(?<= )(?:\d+(?:[.,]\d+)?|one|two|three|four|half|un|una|uno|dos|tres|cuatro|media|medio) (?:a |of |de )?$/u

const dose = (p: Phrasebook, text: string): string | null => {
  let from = 0
  for (;;) {
    const unit = p.doseUnits(text.slice(from))
    if (!unit) return null
    const at = from + unit.start
    if (DOSE_NUMBER.test(text.slice(0, at))) return text.slice(Math.max(0, at - 12), at + unit.text.length)
    from = at + Math.max(unit.text.length, 1)
  }
}

/** A specific medicine or a dose passes only where the same sentence leaves it to physician approval. */
export const noMedication: Rule = (fields, _a, context) => {
  const p = context.phrases
  const labels = presentLabels(context)
  return fields.flatMap((f) =>
    f.sentences.flatMap((s) => {
      if (p.physicianApproval(s.text)) return []
      for (const text of new Set([s.text, s.joined])) {
        const named = p.drugs(text) ?? p.drugSuffixes(text)
        if (named) return [violation('no-medication', f.path, named.text)]
        const amount = dose(p, text)
        if (amount) return [violation('no-medication', f.path, amount)]
        const often = p.doseFrequencies(text)
        if (often) return [violation('no-medication', f.path, often.text)]
      }
      for (const clause of s.clauses) {
        const text = withoutLabels(clause.text, labels)
        const kind = p.drugClasses(text)
        const verb = p.directives(text)
        if (kind && verb && verb.start < kind.start) return [violation('no-medication', f.path, `${verb.text} … ${kind.text}`)]
      }
      return []
    }),
  )
}
