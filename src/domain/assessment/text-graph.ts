import type { Statement } from '#contracts/clinical/assessment.ts'
import type { Finding } from '#contracts/clinical/finding.ts'
import type { AssessPrompt } from '#contracts/content/bundle.ts'
import type { AssessmentInput, PromptFinding } from './prompt.ts'

/** Pieces of text with the place each leads to; a text is a way from `start` to a place in `end`. */
export type TextGraph = {
  start: readonly (readonly [string, string])[]
  next: Readonly<Record<string, readonly (readonly [string, string])[]>>
  end: readonly string[]
}

type Urgency = AssessPrompt['urgency']
export type Piece = readonly [string, string]

/** "34-year-old female patient" */
export const who = ({ profile: { age, sex } }: AssessmentInput): string =>
  [...(age ? [`${age.value}-${age.unit}-old`] : []), ...(sex === 'unknown' ? [] : [sex]), 'patient'].join(' ')

export const capital = (s: string): string => s.charAt(0).toUpperCase() + s.slice(1)

/** Labels a summary has room for, so that its longest form stays within the limit. */
const SUMMARY_LABEL_CHARACTERS = 230

/**
 * Labels of one status that stand together in a text, in prompt order, each at most once; `more` joins two of them. Where `whole`, none
 * may be left out: what a patient has must not be missing from what is told.
 */
export type Section = {
  name: string
  labels: readonly PromptFinding[]
  first: string
  more: readonly [string, string] | readonly [string]
  whole: boolean
}

/** Ways into the sections: each may be passed by, unless it is whole and has labels. `last` also when all were passed. */
const entries = (
  sections: readonly Section[],
  piece: (s: Section, label: string) => string,
): { ways: Piece[]; closed: boolean } => {
  const ways: Piece[] = []
  for (const s of sections) {
    const open = s.whole ? s.labels.slice(0, 1) : s.labels
    ways.push(...open.map((f, i): Piece => [piece(s, f.label), `${s.name}${i}`]))
    if (s.whole && open.length > 0) return { ways, closed: true }
  }
  return { ways, closed: false }
}

/** Ways from label to label through the sections in their order, each begun with its words, then `tail`. */
export const sectionsGraph = (sections: readonly Section[], tail: readonly Piece[]): Record<string, Piece[]> => {
  const next: Record<string, Piece[]> = {}
  sections.forEach((section, at) => {
    const { ways, closed } = entries(sections.slice(at + 1), (s, label) => `${s.first}${label}`)
    const after = [...ways, ...(closed ? [] : tail)]
    section.labels.forEach((_, i) => {
      const rest = section.labels.slice(i + 1)
      // A whole list is "a, b and c".
      const [comma, and = comma] = section.more
      const joints = section.whole ? [rest.length > 1 ? comma : and] : section.more
      const reach = section.whole ? rest.slice(0, 1) : rest
      const more = reach.flatMap((f, j): Piece[] => joints.map((joint) => [`${joint}${f.label}`, `${section.name}${i + 1 + j}`]))
      next[`${section.name}${i}`] = section.whole && rest.length > 0 ? more : [...more, ...after]
    })
  })
  return next
}

/** How a text whose first words are those of a section can begin. */
export const beginnings = (sections: readonly Section[]): Piece[] =>
  entries(sections, (s, label) => `${capital(s.first)}${label}`).ways

/** The findings of a prompt by what a text may say of them; as many labels as there is `room` for, by what each costs. */
export const sectionLabels = (
  input: AssessmentInput,
  isBackground: (code: string) => boolean,
  room: number,
  cost: (label: string) => number,
) => {
  const by = (status: Finding['status']): PromptFinding[] => input.findings.filter((f) => f.status === status)
  const present = by('present')
  const symptoms = present.some((f) => !isBackground(f.id)) ? present.filter((f) => !isBackground(f.id)) : present
  let left = room
  const fitting = (list: readonly PromptFinding[], most: number): PromptFinding[] =>
    list.slice(0, most).filter((f) => {
      left -= cost(f.label)
      return left >= 0
    })
  return {
    symptoms: fitting(symptoms, 6),
    background: fitting(
      present.filter((f) => !symptoms.includes(f)),
      4,
    ),
    unknown: fitting(by('unknown'), 2),
    absent: fitting(by('absent'), 2),
  }
}

/**
 * The summary: who, all that is present, background, what was denied, what is open, how soon. Labels come in prompt order, each
 * once; a denied finding can only stand behind "no reported", an open one behind "not known": status is kept by construction.
 */
export const summaryGraph = (input: AssessmentInput, urgency: Urgency, isBackground: (code: string) => boolean): TextGraph => {
  const labels = sectionLabels(input, isBackground, SUMMARY_LABEL_CHARACTERS, (label) => label.length)
  const suggest: Piece[] = urgency[input.floor].map((u) => [`. Suggests ${u}.`, 'end'])
  const next = sectionsGraph(
    [
      { name: 's', labels: labels.symptoms, first: ' ', more: [', ', ' and '], whole: true },
      { name: 'b', labels: labels.background, first: '; background of ', more: [', ', ' and '], whole: true },
      { name: 'u', labels: labels.unknown, first: '; not known: ', more: [' and '], whole: false },
      { name: 'a', labels: labels.absent, first: '; no reported ', more: [' or '], whole: false },
    ],
    suggest,
  )
  const reports: Piece[] = labels.symptoms.slice(0, 1).map((f) => [` ${f.label}`, 's0'])
  next.verb = reports.length > 0 ? reports : [...suggest]
  next.who = [' reports', ' describes', ' with reported'].map((v) => [v, 'verb'])
  return { start: [[capital(who(input)), 'who']], next, end: ['end'] }
}

/**
 * Sentences that restate findings with how soon they need attention: what holds where no reviewed sentence fits. Only the leading
 * findings, those the level rests on, where there are such: the most urgent one must not give way to another.
 */
export const restatements = (input: AssessmentInput, urgency: Urgency): { concerns: Statement[]; actions: Statement[] } => {
  const present = input.findings.flatMap((f, i) => (f.status === 'present' ? [{ ...f, id: `f${i + 1}` }] : []))
  const leading = present.some((f) => f.leading) ? present.filter((f) => f.leading) : present
  const told = leading.flatMap((a, i) => [
    { label: a.label, cites: [a.id] },
    ...leading.slice(i + 1, i + 2).map((b) => ({ label: `${a.label} and ${b.label}`, cites: [a.id, b.id] })),
  ])
  const how = urgency[input.floor]
  const action: Readonly<Record<AssessmentInput['floor'], (label: string) => string>> = {
    emergency: (l) => `Alert a clinician now about ${l}.`,
    high: (l) => `Escalate ${l} for same-day clinician review.`,
    medium: (l) => `Arrange routine review of ${l} within days.`,
    low: (l) => `Offer advice on ${l} and when to return.`,
  }
  const concerns = told.flatMap(({ label, cites }) =>
    how.flatMap((u) =>
      [`Reported ${label} needs ${u}.`, `${capital(label)} reported; suggests ${u}.`].map((text) => ({ text, cites })),
    ),
  )
  return { concerns, actions: told.map(({ label, cites }) => ({ text: action[input.floor](label), cites })) }
}
