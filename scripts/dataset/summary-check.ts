import { SUMMARY_PREFIX } from '#contracts/clinical/assessment.ts'
import type { AssessmentInput } from '#domain/assessment/prompt.ts'
import { who } from '#domain/assessment/text-graph.ts'

/** Takes whole labels out of a text, longest first, so that "fever" is not found in "fever for a week". Returns what it took. */
const takeLabels = (text: string, labels: readonly string[]): string[] => {
  let rest = ` ${text.toLowerCase()} `
  const found: string[] = []
  for (const label of labels.filter((l) => rest.includes(l.toLowerCase())).sort((a, b) => b.length - a.length)) {
    const at = rest.search(
      new RegExp(`(?<![\\p{L}\\d-])${label.toLowerCase().replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\p{L}\\d-])`, 'u'),
    )
    if (at < 0) continue
    found.push(label)
    rest = rest.slice(0, at) + '#'.repeat(label.length) + rest.slice(at + label.length)
  }
  return found
}

/**
 * What a summary in the form of `targetAssessment` says against its prompt, or null: another patient, a finding that the prompt does
 * not have, one told with another status. The validator checks only denied findings there; pairs are held to all of it.
 * `labels` are all English labels of the lexicon.
 */
export const summaryFault = (
  summary: string,
  input: AssessmentInput,
  labels: readonly string[],
): 'patient' | 'unlisted' | 'status' | null => {
  const said = summary.replace(SUMMARY_PREFIX.en, '').trim()
  if (!said.toLowerCase().startsWith(`${who(input)}.`)) return 'patient'
  const status = new Map(input.findings.map((f) => [f.label, f.status]))
  const body = said.slice(who(input).length).replace(/ Suggests [^.;]*\.?$/, '')
  for (const clause of body.split('. ').map((c) => c.trim())) {
    const told = /^denied: /i.test(clause) ? 'absent' : /^not known: /i.test(clause) ? 'unknown' : 'present'
    for (const label of takeLabels(clause, [...new Set([...labels, ...status.keys()])])) {
      if (!status.has(label)) return 'unlisted'
      if (status.get(label) !== told) return 'status'
    }
  }
  return null
}
