import type { Assessment, Statement } from '#contracts/clinical/assessment.ts'
import { SUPPORT_THRESHOLD, supportOf } from '../safety/rules/grounding.ts'
import type { AssessmentInput } from './prompt.ts'

const CHOICES = 3

/** What each citable id says: labels of present findings, headings and texts of passages. */
export const citable = ({ findings, passages }: AssessmentInput): ReadonlyMap<string, string> =>
  new Map([
    ...findings.flatMap((f, i): [string, string][] => (f.status === 'present' ? [[`f${i + 1}`, f.label]] : [])),
    ...passages.map((p, i): [string, string] => [`p${i + 1}`, `${p.heading} ${p.text}`]),
  ])

/**
 * Sets of ids that support a text, each as few as can be: every single id that does, up to {@link CHOICES} of them, else the best
 * two together; none when nothing supports it.
 */
export const supportingIds = (text: string, said: ReadonlyMap<string, string>, stopwords: ReadonlySet<string>): string[][] => {
  const support = (ids: readonly string[]): number =>
    supportOf(
      text,
      ids.map((id) => said.get(id) ?? ''),
      stopwords,
    )
  const ranked = [...said.keys()].map((id) => ({ id, score: support([id]) })).filter((s) => s.score > 0)
  ranked.sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1))
  const alone = ranked.filter((s) => s.score >= SUPPORT_THRESHOLD).slice(0, CHOICES)
  if (alone.length > 0) return alone.map((s) => [s.id])
  const two = ranked.slice(0, 2).map((s) => s.id)
  return two.length === 2 && support(two) >= SUPPORT_THRESHOLD ? [two.sort()] : []
}

/** Whether what a statement cites supports it. */
export const isSupported = (s: Statement, said: ReadonlyMap<string, string>, stopwords: ReadonlySet<string>): boolean =>
  supportOf(
    s.text,
    s.cites.map((id) => said.get(id) ?? ''),
    stopwords,
  ) >= SUPPORT_THRESHOLD

/**
 * Puts right the citations of statements whose own ones do not support them, by the very measure the validator applies.
 * A sentence written twice is kept once. The text is never touched, and a statement nothing supports keeps its citations, so that the validator refuses it.
 */
export const attribute = (assessment: Assessment, input: AssessmentInput, stopwords: ReadonlySet<string>): Assessment => {
  const said = citable(input)
  const mend = (s: Statement): Statement => {
    if (isSupported(s, said, stopwords)) return s
    const [ids] = supportingIds(s.text, said, stopwords)
    return ids ? { ...s, cites: ids } : s
  }
  const once = (list: readonly Statement[]): Statement[] => list.filter((s, i) => list.findIndex((o) => o.text === s.text) === i)
  return { ...assessment, concerns: once(assessment.concerns).map(mend), actions: once(assessment.actions).map(mend) }
}
