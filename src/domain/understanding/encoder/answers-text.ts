import type { Finding, Measure } from '#contracts/clinical/finding.ts'
import type { LexiconEntry } from '#contracts/content/lexicon.ts'
import { trustedMeasures } from '../../triage/facts.ts'

/** Characters for what holds, and for what is denied: the first asked are about danger, and the words themselves need the room. */
const ROOM = { yes: 240, no: 200 }
/** Answers come before what was known without asking; the kiosk and the evaluation gather them in different orders. */
const ORDER: Readonly<Partial<Record<Finding['source'], number>>> = { answer: 0, staff: 1, vitals: 2, profile: 3, history: 4 }

const fitting = (labels: Iterable<string>, room: number): string => {
  let text = ''
  for (const label of new Set(labels)) {
    const next = text === '' ? label : `${text}, ${label}`
    if (next.length > room) break
    text = next
  }
  return text
}

/**
 * What was answered and measured, as the narrative encoder reads it beside the profile: English labels of the lexicon, whatever
 * the language of the intake, so that nobody can type into it. A condition that was merely not ticked is left out: a list of
 * them says little and takes much room.
 */
export const answersText = (
  findings: readonly Finding[],
  measures: readonly Measure[],
  lexicon: ReadonlyMap<string, LexiconEntry>,
): string => {
  const told = findings
    .filter((f) => ORDER[f.source] !== undefined)
    .sort((a, b) => (ORDER[a.source] ?? 0) - (ORDER[b.source] ?? 0))
  const label = (f: Finding): string => (lexicon.get(f.code)?.label.en ?? f.code).toLowerCase()
  const present = new Set(told.filter((f) => f.status === 'present').map(label))
  const absent = told.filter((f) => f.status === 'absent' && f.source === 'answer').map(label)
  const yes = fitting(present, ROOM.yes)
  const no = fitting(
    absent.filter((l) => !present.has(l)),
    ROOM.no,
  )
  const numbers = [...trustedMeasures(measures).values()].filter((m) => m.source !== 'narrative' && m.source !== 'model')
  const parts = [
    yes === '' ? '' : `yes: ${yes}`,
    no === '' ? '' : `no: ${no}`,
    ...numbers.map(({ name, value }) => `${name.replaceAll('_', ' ')} ${value}`),
  ]
  return parts.filter((part) => part !== '').join('; ')
}
