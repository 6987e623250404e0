import type { Statement } from '#contracts/clinical/assessment.ts'
import type { AssessPrompt } from '#contracts/content/bundle.ts'
import type { AssessmentInput, PromptFinding } from './prompt.ts'

/** Pieces of text with the place each leads to; a text is a way from `start` to a place in `end`. */
export type TextGraph = {
  start: readonly (readonly [string, string])[]
  next: Readonly<Record<string, readonly (readonly [string, string])[]>>
  end: readonly string[]
}

type Urgency = AssessPrompt['urgency']

/** "34-year-old female patient" */
export const who = ({ profile: { age, sex } }: AssessmentInput): string =>
  [...(age ? [`${age.value}-${age.unit}-old`] : []), ...(sex === 'unknown' ? [] : [sex]), 'patient'].join(' ')

export const capital = (s: string): string => s.charAt(0).toUpperCase() + s.slice(1)

/** `first`, then as many of `others` as the model likes, in their order, then one of `last` where there are any. */
export const choiceGraph = (first: string, others: readonly string[], last: readonly string[] = []): TextGraph => {
  const tail = last.map((text) => [text, 'end'] as const)
  const places = [0, ...others.map((_, i) => i + 1)]
  const after = (at: number) => others.slice(at).map((text, i) => [text, `t${at + i + 1}`] as const)
  return {
    start: [[first, 't0']],
    next: Object.fromEntries(places.map((at) => [`t${at}`, [...after(at), ...tail]])),
    end: tail.length > 0 ? ['end'] : places.map((at) => `t${at}`),
  }
}

/** Sentences without their full stops. The first of `denied` is one, of the first two denials; each other goes on with it. */
export type Told = { situation: string[]; background: string[]; denied: string[] }

const MOST_OPEN = 2
const MOST_DENIED = 3
const ALWAYS_DENIED = 2
/** "Denied: no urine" says the contrary to whoever hears it once; "Denied: has …" reads as a statement, to the validator too. */
const NOT_DENIED = /^(?:no|not|nobody|has)\b/

/**
 * What the findings of a prompt say, in prompt order and as far as `room` goes, by what each costs. Labels are of every kind ("chest
 * pain", "smokes", "unable to pass urine"), so each stands in a list after a colon, which is right for all. What a patient has comes
 * first and is counted where there is no room. Denied and open labels are parted by a stroke: the validator reads ";" as a new sentence.
 */
export const tell = (
  input: AssessmentInput,
  isBackground: (code: string) => boolean,
  room: number,
  cost: (text: string) => number,
): Told => {
  let left = room
  const fitting = (texts: readonly string[]): string[] =>
    texts.filter((text) => {
      const fits = cost(text) <= left
      left -= fits ? cost(text) : 0
      return fits
    })
  const labels = (status: PromptFinding['status'], keep: (f: PromptFinding) => boolean = () => true): string[] =>
    input.findings.filter((f) => f.status === status && keep(f)).map((f) => f.label)
  const listed = (head: string, texts: readonly string[]): string[] => {
    const kept = fitting(texts)
    const more = texts.length - kept.length
    return texts.length === 0 ? [] : [`${head}: ${[...kept, ...(more > 0 ? [`${more} more`] : [])].join('; ')}`]
  }
  const symptoms = labels('present', (f) => !isBackground(f.id))
  const history = labels('present', (f) => isBackground(f.id))
  // Where nothing else is present, what is background elsewhere is what they came for.
  const reported = listed('Reported', symptoms.length > 0 ? symptoms : history)
  const background = listed('Background', symptoms.length > 0 ? history : [])
  const measured = fitting(input.measured ?? [])
  const open = fitting(labels('unknown').slice(0, MOST_OPEN))
  const denied = fitting(labels('absent', (f) => !NOT_DENIED.test(f.label)).slice(0, MOST_DENIED))
  const [first, others] = [denied.slice(0, ALWAYS_DENIED), denied.slice(ALWAYS_DENIED)]
  return {
    situation: [capital(who(input)), ...reported, ...(measured.length > 0 ? [capital(measured.join('; '))] : [])],
    background: [...background, ...(open.length > 0 ? [`Not known: ${open.join(' / ')}`] : [])],
    denied: denied.length === 0 ? [] : [`Denied: ${first.join(' / ')}`, ...others.map((label) => ` / ${label}`)],
  }
}

/** Labels a summary has room for, so that its longest form stays within the limit. */
const SUMMARY_CHARACTERS = 210
const JOINT_CHARACTERS = 3

/** What a summary tells before it says how soon. */
export const summaryTold = (input: AssessmentInput, isBackground: (code: string) => boolean): Told =>
  tell(input, isBackground, SUMMARY_CHARACTERS, (text) => text.length + JOINT_CHARACTERS)

/**
 * The summary: who, all that is present, what was measured, background, what is open, what was denied, how soon. The model chooses
 * how many denials it tells and the words for how soon; a finding can only stand behind the head of its status.
 */
export const summaryGraph = (input: AssessmentInput, urgency: Urgency, isBackground: (code: string) => boolean): TextGraph => {
  const { situation, background, denied } = summaryTold(input, isBackground)
  return choiceGraph(
    [...situation, ...background, ...denied.slice(0, 1)].join('. '),
    denied.slice(1),
    urgency[input.floor].map((u) => `. Suggests ${u}.`),
  )
}

/** How a restated action begins; what it is about follows after a colon. */
export const ACTION: Readonly<Record<AssessmentInput['floor'], string>> = {
  emergency: 'Alert a clinician now',
  high: 'Escalate for same-day clinician review',
  medium: 'Arrange routine review within days',
  low: 'Offer advice with safety-netting',
}
/** As many as a statement may cite. */
const MOST_RESTATED = 3

const restated = (input: AssessmentInput) => {
  const present = input.findings.flatMap((f, i) => (f.status === 'present' ? [{ ...f, id: `f${i + 1}` }] : []))
  const decided = present.some((f) => f.leading)
  const told = (decided ? present.filter((f) => f.leading) : present).slice(0, MOST_RESTATED)
  return { decided, labels: told.map((f) => f.label).join('; '), cites: told.map((f) => f.id) }
}

/** What the level rests on, as a concern; null where no single finding decided it. */
export const restsOn = (input: AssessmentInput): Statement | null => {
  const { decided, labels, cites } = restated(input)
  return decided ? { text: `Level rests on: ${labels}.`, cites } : null
}

/**
 * Statements that restate findings: what holds where no reviewed sentence fits. Only the leading findings, those the level rests on,
 * where there are such: the most urgent one must not give way to another.
 */
export const restatements = (input: AssessmentInput, urgency: Urgency): { concerns: Statement[]; actions: Statement[] } => {
  const { labels, cites } = restated(input)
  if (cites.length === 0) return { concerns: [], actions: [] }
  const rests = restsOn(input)
  return {
    concerns: rests ? [rests] : urgency[input.floor].map((u) => ({ text: `Suggests ${u}: ${labels}.`, cites })),
    actions: [{ text: `${ACTION[input.floor]}: ${labels}.`, cites }],
  }
}
