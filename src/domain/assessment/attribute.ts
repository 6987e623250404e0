import type { Assessment, Statement } from '#contracts/clinical/assessment.ts'
import { SUPPORT_THRESHOLD, supportOf } from '../safety/rules/grounding.ts'
import type { AssessmentInput } from './prompt.ts'

const MOST = 2

/** What each citable id says: labels of present findings, headings and texts of passages. */
export const citable = ({ findings, passages }: AssessmentInput): ReadonlyMap<string, string> =>
  new Map([
    ...findings.flatMap((f, i): [string, string][] => (f.status === 'present' ? [[`f${i + 1}`, f.label]] : [])),
    ...passages.map((p, i): [string, string] => [`p${i + 1}`, `${p.heading} ${p.text}`]),
  ])

/** The fewest ids, at most two, that support a text; null when none do. */
export const supportingIds = (
  text: string,
  said: ReadonlyMap<string, string>,
  stopwords: ReadonlySet<string>,
): string[] | null => {
  const support = (ids: readonly string[]): number =>
    supportOf(
      text,
      ids.map((id) => said.get(id) ?? ''),
      stopwords,
    )
  const ranked = [...said.keys()].map((id) => ({ id, score: support([id]) })).filter((s) => s.score > 0)
  ranked.sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1))
  for (let n = 1; n <= MOST; n++) {
    const ids = ranked.slice(0, n).map((s) => s.id)
    if (ids.length === n && support(ids) >= SUPPORT_THRESHOLD) return ids.sort()
  }
  return null
}

/**
 * Puts right the citations of statements whose own ones do not support them, by the very measure the validator applies.
 * A sentence written twice is kept once. The text is never touched, and a statement nothing supports keeps its citations, so that the validator refuses it.
 */
export const attribute = (assessment: Assessment, input: AssessmentInput, stopwords: ReadonlySet<string>): Assessment => {
  const said = citable(input)
  const mend = (s: Statement): Statement => {
    const cited = s.cites.map((id) => said.get(id) ?? '')
    if (supportOf(s.text, cited, stopwords) >= SUPPORT_THRESHOLD) return s
    const ids = supportingIds(s.text, said, stopwords)
    return ids ? { ...s, cites: ids } : s
  }
  const once = (list: readonly Statement[]): Statement[] => list.filter((s, i) => list.findIndex((o) => o.text === s.text) === i)
  return { ...assessment, concerns: once(assessment.concerns).map(mend), actions: once(assessment.actions).map(mend) }
}
