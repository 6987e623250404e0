import type { Finding } from '#contracts/clinical/finding.ts'
import type { Prompt } from '#contracts/content/bundle.ts'
import type { AssessmentInput, PromptFinding } from './prompt.ts'

/** Pieces of text with the place each leads to; a text is a way from `start` to a place in `end`. */
export type TextGraph = {
  start: readonly (readonly [string, string])[]
  next: Readonly<Record<string, readonly (readonly [string, string])[]>>
  end: readonly string[]
}

type Urgency = Prompt['urgency']
type Piece = readonly [string, string]

/** "34-year-old female patient" */
const who = ({ profile: { age, sex } }: AssessmentInput): string =>
  [...(age ? [`${age.value}-${age.unit}-old`] : []), ...(sex === 'unknown' ? [] : [sex]), 'patient'].join(' ')

const capital = (s: string): string => s.charAt(0).toUpperCase() + s.slice(1)

/** Labels a summary has room for, so that its longest form stays within the limit. */
const SUMMARY_LABEL_CHARACTERS = 230

/**
 * The summary: who, what is present, background, what was denied, what is open, how soon. Labels come in prompt order, each
 * once; a denied finding can only stand behind "no reported", an open one behind "not known": status is kept by construction.
 */
export const summaryGraph = (input: AssessmentInput, urgency: Urgency, isBackground: (code: string) => boolean): TextGraph => {
  const by = (status: Finding['status']): PromptFinding[] => input.findings.filter((f) => f.status === status)
  const present = by('present')
  const symptoms = present.some((f) => !isBackground(f.id)) ? present.filter((f) => !isBackground(f.id)) : present
  let room = SUMMARY_LABEL_CHARACTERS
  const fitting = (list: readonly PromptFinding[], most: number): PromptFinding[] =>
    list.slice(0, most).filter((f) => {
      room -= f.label.length
      return room >= 0
    })
  const sections = [
    { name: 's', labels: fitting(symptoms, 4), first: ' ', more: [', ', ' and '] },
    {
      name: 'b',
      labels: fitting(
        present.filter((f) => !symptoms.includes(f)),
        2,
      ),
      first: '; background of ',
      more: [' and '],
    },
    { name: 'u', labels: fitting(by('unknown'), 2), first: '; not known: ', more: [' and '] },
    { name: 'a', labels: fitting(by('absent'), 2), first: '; no reported ', more: [' or '] },
  ] as const
  const suggest: Piece[] = urgency[input.floor].map((u) => [`. Suggests ${u}.`, 'end'])
  const next: Record<string, Piece[]> = {}
  sections.forEach((section, at) => {
    const after = sections
      .slice(at + 1)
      .flatMap((s): Piece[] => s.labels.map((f, i) => [`${s.first}${f.label}`, `${s.name}${i}`]))
    section.labels.forEach((_, i) => {
      const more = section.labels
        .slice(i + 1)
        .flatMap((f, j): Piece[] => section.more.map((sep) => [`${sep}${f.label}`, `${section.name}${i + 1 + j}`]))
      next[`${section.name}${i}`] = [...more, ...after, ...suggest]
    })
  })
  const reports: Piece[] = sections[0].labels.map((f, i) => [` ${f.label}`, `s${i}`])
  next.verb = reports.length > 0 ? reports : [...suggest]
  next.who = [' reports', ' describes', ' with reported'].map((v) => [v, 'verb'])
  return { start: [[capital(who(input)), 'who']], next, end: ['end'] }
}

/** How many words in a row must stand together in a reviewed text. */
const ORDER = 3

/**
 * A statement: any way through the given sentences on which every three words in a row stand together in one of them. The
 * model chooses, shortens and joins; it cannot put together what no reviewed text of this case says.
 */
export const statementGraph = (sentences: readonly string[]): TextGraph => {
  const start = new Map<string, string>()
  const next = new Map<string, Map<string, string>>()
  const end = new Set<string>()
  for (const sentence of sentences) {
    const words = sentence.split(/\s+/).filter((w) => w !== '')
    let place = ''
    words.forEach((word, i) => {
      const context = words.slice(Math.max(0, i - ORDER + 2), i + 1).join(' ')
      const key = i === 0 ? `^${context}` : context
      if (i === 0) start.set(word, key)
      else {
        const edges = next.get(place) ?? new Map<string, string>()
        edges.set(` ${word}`, key)
        next.set(place, edges)
      }
      place = key
    })
    if (place !== '') end.add(place)
  }
  return { start: [...start], next: Object.fromEntries([...next].map(([k, v]) => [k, [...v]])), end: [...end] }
}

/** Sentences that restate findings with how soon they need attention: what holds where no reviewed sentence fits. */
export const restatements = (input: AssessmentInput, urgency: Urgency): { concerns: string[]; actions: string[] } => {
  const labels = input.findings.filter((f) => f.status === 'present').map((f) => f.label)
  const pairs = labels.flatMap((a, i) => [a, ...labels.slice(i + 1, i + 2).map((b) => `${a} and ${b}`)])
  const how = urgency[input.floor]
  const action: Readonly<Record<AssessmentInput['floor'], (label: string) => string>> = {
    emergency: (l) => `Alert a clinician now about ${l}.`,
    high: (l) => `Escalate ${l} for same-day clinician review.`,
    medium: (l) => `Arrange routine review of ${l} within days.`,
    low: (l) => `Offer advice on ${l} and when to return.`,
  }
  return {
    concerns: pairs.flatMap((l) => how.flatMap((u) => [`Reported ${l} needs ${u}.`, `${capital(l)} reported; suggests ${u}.`])),
    actions: labels.map(action[input.floor]),
  }
}
