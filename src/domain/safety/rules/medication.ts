import type { Field, Rule } from '../context.ts'
import { labelsOf, violation } from '../context.ts'
import { type Sentence, withoutLabels } from '../normalise.ts'
import { allMatches, type Phrasebook } from '../phrases.ts'
import { cueBefore, negatedBefore } from '../scope.ts'

const WORDS =
  'one|two|three|four|five|six|eight|ten|fifteen|twenty|fifty|hundred|half|couple|un|una|uno|dos|tres|cuatro|cinco|seis|ocho|diez|quince|veinte|cien|media|medio|par'
const DOSE_NUMBER = new RegExp(`(?<= )(?:\\d+(?:[.,/]\\d+)?|${WORDS}) (?:an? |of |de )*$`, 'u')

const amount = (p: Phrasebook, text: string): string | null => {
  for (const unit of allMatches(p.doseUnits, text)) {
    if (DOSE_NUMBER.test(text.slice(0, unit.start))) return text.slice(Math.max(0, unit.start - 12), unit.end - 1)
  }
  return null
}

/** "Twice a day" is a dose in advice or after a directive; patients also vomit twice a day and nurses measure so. */
const frequency = (p: Phrasebook, text: string, kind: Field['kind']): string | null => {
  const often = p.doseFrequencies(text)
  if (!often) return null
  const dosing = p.directives(text)?.start ?? Number.POSITIVE_INFINITY
  const measuring = p.monitoring(text) !== null && p.drugClasses(text) === null && dosing > often.start
  return !measuring && (kind === 'action' || dosing < often.start) ? often.text : null
}

/** A medicine or class with a directive: "start antibiotics", "antibiotics are needed". */
const advised = (p: Phrasebook, text: string): string | null => {
  for (const kind of allMatches(p.drugClasses, text)) {
    const asked = cueBefore(p, p.conditional, text, kind) || cueBefore(p, p.exclusionCues, text, kind)
    const verb = allMatches(p.directives, text).find((v) => v.end <= kind.start + 1 && !negatedBefore(p, text, v, 1))
    if (verb && !asked) return `${verb.text} … ${kind.text}`
    const passive = p.passiveDirectives(text.slice(kind.end - 1))
    if (passive && passive.start < 12 && !asked && !negatedBefore(p, text, kind, 2)) return `${kind.text} ${passive.text}`
  }
  return null
}

/**
 * A matter for physician approval: the sentence says so, does not deny it, and any directive in it waits for the approval
 * ("give aspirin and the doctor will decide later" does not wait).
 */
const leftToPhysician = (p: Phrasebook, { text }: Sentence): boolean => {
  const approval = p.physicianApproval(text)
  if (!approval) return false
  const after = ` ${text.slice(approval.end).trim().split(' ').slice(0, 3).join(' ')} `
  if (p.negation(after) || (negatedBefore(p, text, approval, 3) && !p.approvalConditions(text))) return false
  const directive = allMatches(p.directives, text).find((d) => d.end <= approval.start + 1)
  return !directive || p.approvalConditions(text.slice(directive.start - 1)) !== null
}

/** A specific medicine or a dose passes only where the same sentence leaves it to physician approval. */
export const noMedication: Rule = (fields, _a, context) => {
  const p = context.phrases
  const labels = labelsOf(context.findings, 'present')
  return fields.flatMap((f) =>
    f.sentences.flatMap((s) => {
      if (leftToPhysician(p, s)) return []
      for (const text of new Set([s.text, s.joined])) {
        const hit = (p.drugs(text) ?? p.drugSuffixes(text))?.text ?? amount(p, text) ?? frequency(p, text, f.kind)
        if (hit) return [violation('no-medication', f.path, hit)]
      }
      for (const clause of s.clauses) {
        const hit = advised(p, withoutLabels(clause.text, labels))
        if (hit) return [violation('no-medication', f.path, hit)]
      }
      return []
    }),
  )
}
