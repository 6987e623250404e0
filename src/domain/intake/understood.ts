import type { Finding, FindingCode } from '#contracts/clinical/finding.ts'
import type { LexiconEntry } from '#contracts/content/lexicon.ts'
import { closure, entriesOf } from '../triage/facts.ts'
import type { IntakeModel } from './model.ts'

/** One line of "this is what we understood": the patient keeps it or marks it "not right". */
export type UnderstoodItem = {
  code: FindingCode
  label: { en: string; es: string }
  status: 'present' | 'absent'
  /** Verbatim words behind it. */
  quote: string
  kept: boolean
  /** The words both affirm and deny it. */
  conflicting: boolean
  /** Only likely: no rule rests on it before the patient has seen it here. */
  unsure: boolean
}

/** Codes that stand or fall with an item: what it implies on the strength of the very same words. */
const followers = (finding: Finding, all: readonly Finding[], byCode: ReadonlyMap<FindingCode, LexiconEntry>): FindingCode[] => {
  const implied = closure(byCode.get(finding.code)?.implies ?? [], byCode)
  return all
    .filter((f) => implied.has(f.code) && f.quote?.start === finding.quote?.start && f.quote?.end === finding.quote?.end)
    .map((f) => f.code)
}

const narrative = ({ understanding: u }: IntakeModel): Finding[] =>
  u ? [...u.findings.filter((f) => f.status !== 'unknown'), ...u.possible] : []

/** What is shown on the confirm screen: one line for each thing said, without what only follows from another line. */
export const understoodItems = (model: IntakeModel, lexicon: readonly LexiconEntry[]): UnderstoodItem[] => {
  const byCode = entriesOf(lexicon)
  const all = narrative(model)
  const hidden = new Set(all.flatMap((f) => followers(f, all, byCode)))
  return all
    .filter((f) => !hidden.has(f.code))
    .map((f) => ({
      code: f.code,
      label: byCode.get(f.code)?.label ?? { en: f.code, es: f.code },
      status: f.status === 'absent' ? 'absent' : 'present',
      quote: f.quote?.text ?? '',
      kept: !model.rejected.includes(f.code),
      conflicting: model.understanding?.conflicts.includes(f.code) ?? false,
      unsure: model.understanding?.possible.includes(f) ?? false,
    }))
}

/** Codes to reject with this one. */
export const rejectedWith = (model: IntakeModel, code: FindingCode, lexicon: readonly LexiconEntry[]): FindingCode[] => {
  const all = narrative(model)
  const finding = all.find((f) => f.code === code)
  return finding ? [code, ...followers(finding, all, entriesOf(lexicon))] : []
}

/**
 * Narrative findings the patient did not reject; what was only possible counts once it was confirmed. A rejected one is
 * unknown again, so that it can be asked.
 */
export const keptFindings = ({ understanding: u, confirmed, rejected }: IntakeModel): Finding[] =>
  [...(u?.findings ?? []), ...(confirmed ? (u?.possible ?? []) : [])].filter((f) => !rejected.includes(f.code))
