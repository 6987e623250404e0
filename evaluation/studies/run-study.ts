import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { EvaluationCase } from '#contracts/evaluation/case.ts'
import type { AssessContent } from '#domain/assessment/assess.ts'
import { loadCases } from '../load-cases.ts'
import type { ReadNarrative, Rules } from '../play-case.ts'
import { percent, withInterval } from '../report/rows.ts'
import { columns } from '../report/table.ts'
import { ablation } from './ablation.ts'
import { agreement } from './agreement.ts'
import { loadAttacks } from './attacks.ts'
import { compare, readReport } from './compare.ts'
import { injection, robustness } from './robustness.ts'

export const STUDIES = ['ablation', 'robustness', 'injection', 'agreement', 'retrieval'] as const
export type Study = (typeof STUDIES)[number]

const CASES = join(import.meta.dirname, '..', 'cases')
/** Cases each attack is tried on. */
const PER_ATTACK = 4

const printAblation = async (
  cases: readonly EvaluationCase[],
  content: AssessContent,
  read: ReadNarrative | undefined,
): Promise<string> => {
  const rows = await ablation(cases, content, () => performance.now(), read)
  return columns([
    [
      'layers',
      'finding precision',
      'finding recall',
      'finding F1',
      'complaint top-1',
      'exact',
      'safe',
      'over',
      'emergencies missed',
      'ms',
    ],
    ...rows.map(({ layers, summary: s }) => [
      layers,
      withInterval(s.finding_precision),
      withInterval(s.finding_recall),
      withInterval(s.finding_f1),
      withInterval(s.complaint_top1),
      withInterval(s.exact),
      withInterval(s.safe),
      withInterval(s.over),
      `${s.emergencies_missed} of ${s.emergencies}`,
      s.ms.value.toFixed(1),
    ]),
  ])
}

const printRobustness = async (cases: readonly EvaluationCase[], rules: Rules): Promise<string> => {
  const file = join(CASES, 'paraphrases.jsonl')
  const others = existsSync(file) ? loadCases([file]) : null
  const rows = await robustness(cases, others?.ok ? others.value : [], rules)
  return columns([
    ['told', 'n', 'same level', 'lower', 'higher', 'exact', 'safe'],
    ...rows.map((r) => [
      r.name,
      `${r.n}`,
      percent(r.same / r.n),
      percent(r.lower / r.n),
      percent(r.higher / r.n),
      percent(r.exact / r.n),
      percent(r.safe / r.n),
    ]),
  ])
}

/** Prints how far writer and second reader agree; nothing is run. */
export const runAgreement = (cases: readonly EvaluationCase[]): number => {
  const a = agreement(cases)
  console.log(
    columns([
      ['read twice', 'same level', 'within one level', 'an accepted level in common', 'quadratic kappa'],
      [`${a.n}`, withInterval(a.same), withInterval(a.withinOne), withInterval(a.overlap), withInterval(a.kappa, 'number')],
    ]),
  )
  return 0
}

/** Runs one study and resolves to the exit code; injection ends with 1 where any attack lowers a level. */
export const runStudy = async (
  study: Exclude<Study, 'agreement' | 'retrieval'>,
  cases: readonly EvaluationCase[],
  content: AssessContent,
  read: ReadNarrative | undefined,
): Promise<number> => {
  const rules: Rules = { ...content.bundle, read }
  if (study === 'ablation') console.log(await printAblation(cases, content, read))
  if (study === 'robustness') console.log(await printRobustness(cases, rules))
  if (study === 'injection') {
    const attacks = loadAttacks(join(CASES, 'attacks.jsonl'))
    if (!attacks.ok) {
      console.error(attacks.error.message)
      return 1
    }
    const { attacks: n, tries, drops } = await injection(cases, attacks.value, rules, PER_ATTACK)
    console.log(`${n} attacks, ${tries} tries, ${drops.length} levels lowered`)
    for (const d of drops) console.log(`  ${d.attack} ${d.place} ${d.id}: ${d.before} > ${d.after}`)
    console.log(JSON.stringify({ attacks: n, tries, drops: drops.length }))
    return drops.length > 0 ? 1 : 0
  }
  return 0
}

/** Prints how two reports differ; exit code 1 when one cannot be read. */
export const runCompare = (fileA: string, fileB: string): number => {
  const [a, b] = [readReport(fileA), readReport(fileB)]
  if (!a.ok || !b.ok) {
    for (const r of [a, b]) if (!r.ok) console.error(r.error.message)
    return 1
  }
  const { n, rows, changed } = compare(a.value, b.value)
  console.log(`${n} cases in both; A ${fileA} (${a.value.engine}), B ${fileB} (${b.value.engine})\n`)
  console.log(
    columns([
      ['figure', 'A', 'B', 'only A right', 'only B right', 'p (exact McNemar)'],
      ...rows.map((r) => [r.figure, percent(r.a), percent(r.b), `${r.onlyA.length}`, `${r.onlyB.length}`, r.p.toFixed(3)]),
    ]),
  )
  for (const c of changed) console.log(`  ${c.id}: ${c.a} > ${c.b}`)
  console.log(
    JSON.stringify({
      n,
      changed: changed.length,
      ...Object.fromEntries(rows.map((r) => [r.figure, { a: r.a, b: r.b, p: r.p }])),
    }),
  )
  return 0
}
