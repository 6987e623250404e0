import { LEVELS } from '../metrics/levels.ts'
import type { Report } from './report.ts'
import { percent, summaryRows, withInterval } from './rows.ts'

/** Rows as lines of aligned columns. */
export const columns = (rows: readonly (readonly string[])[]): string => {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((r) => (r[i] ?? '').length)))
  return rows.map((r) => `  ${r.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ')}`.trimEnd()).join('\n')
}

/** The run as plain text: figures with 95 % intervals, confusion matrix, subgroups, swaps, misses. */
export const textTable = (r: Report): string => {
  const { summary: s } = r
  const swaps = Object.entries(r.counterfactuals.tried).map(([swap, n]) => {
    const changed = r.counterfactuals.changed.filter((c) => c.swap === swap)
    const ids = changed.map((c) => `${c.id} ${c.before}>${c.after}`).join(', ')
    return [swap, `${changed.length} of ${n}`, ids]
  })
  return [
    `${s.n} cases, split ${r.split}, engine ${r.engine}, model ${r.model ?? 'none'}, index ${r.index ?? 'none'}`,
    `emergencies ${s.emergencies}, missed ${s.emergencies_missed}, hand-offs ${s.hand_offs}`,
    '',
    columns([
      ['figure', '95 % interval', 'n'],
      ...summaryRows(s).map((x) => [x.label, withInterval(x.estimate, x.kind), `${x.estimate.n}`]),
    ]),
    '',
    'gold (rows) by level given (columns)',
    columns([['', ...LEVELS], ...LEVELS.map((level, i) => [level, ...(r.confusion[i] ?? []).map(String)])]),
    '',
    columns([
      ['subgroup', 'n', 'exact', 'safe', 'over', 'emergencies missed'],
      ...r.subgroups.map((g) => [
        `${g.by}: ${g.name}`,
        `${g.n}`,
        percent(g.exact.value),
        percent(g.safe.value),
        percent(g.over.value),
        `${g.emergencies_missed} of ${g.emergencies}`,
      ]),
    ]),
    '',
    columns([
      ['first protocol', 'n', 'exact', 'safe', 'over'],
      ...r.protocols.map((p) => [p.protocol, `${p.n}`, percent(p.exact.value), percent(p.safe.value), percent(p.over.value)]),
    ]),
    '',
    'floors that change when only who the patient is changes',
    columns([['swap', 'changed', 'cases'], ...swaps]),
    '',
    'misses',
    columns([
      ['case', 'gold', 'given', 'set by'],
      ...r.misses.map((m) => [m.id, m.gold.triage.join('|'), m.level, m.fired.slice(0, 3).join(', ')]),
    ]),
  ].join('\n')
}
