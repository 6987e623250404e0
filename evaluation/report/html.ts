import { isOver, isUnder } from '../metrics/levels.ts'
import { judged } from '../metrics/summary.ts'
import type { CaseResult } from '../types.ts'
import { confusionChart, escapeHtml, rateChart, subgroupChart } from './charts.ts'
import type { Report } from './report.ts'
import { percent, summaryRows, withInterval } from './rows.ts'

const STYLE = `
:root{color-scheme:light dark;--ink:#1b2430;--soft:#5a6675;--page:#fbfbfa;--card:#fff;--line:#d8dce2;--right:#2a7d5f;--under:#b3362c;--over:#9a6a00;--bar:#2f6db3;--bar2:#7a8aa0}
@media (prefers-color-scheme:dark){:root{--ink:#e8ebef;--soft:#a3adba;--page:#14181d;--card:#1c2229;--line:#37404b;--right:#5cc29a;--under:#f08a80;--over:#e0b04a;--bar:#7db2ee;--bar2:#93a2b7}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:16px/1.55 system-ui,sans-serif}
main{max-width:60rem;margin:0 auto;padding:2rem 1.25rem 4rem}
h1{font-size:1.7rem;margin:0 0 .25rem}h2{font-size:1.2rem;margin:2.5rem 0 .75rem}
p.meta{color:var(--soft);margin:0}
.figure{overflow-x:auto;background:var(--card);border:1px solid var(--line);border-radius:8px;padding:1rem;margin-bottom:1rem}
svg{max-width:none;height:auto;font:13px system-ui,sans-serif;fill:var(--ink)}
svg .grid{stroke:var(--line)}svg .interval{stroke:var(--ink);stroke-width:2}svg .point{fill:var(--bar)}
svg .right{fill:var(--right);stroke:var(--right)}svg .under{fill:var(--under);stroke:var(--line)}svg .over{fill:var(--over);stroke:var(--line)}
svg .count{font-weight:600;font-size:15px}svg .safe-bar{fill:var(--bar)}svg .exact-bar{fill:var(--bar2)}
table{border-collapse:collapse;width:100%;font-size:.93rem}caption{text-align:left;color:var(--soft);padding-bottom:.4rem}
th,td{text-align:left;padding:.35rem .6rem;border-bottom:1px solid var(--line);vertical-align:top}
td.n{font-variant-numeric:tabular-nums;white-space:nowrap}
.tag{font-weight:600}.tag.under{color:var(--under)}.tag.over{color:var(--over)}
blockquote{margin:.2rem 0 0;color:var(--soft)}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(9rem,1fr));gap:.75rem;margin:1.25rem 0;padding:0;list-style:none}
.tiles li{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:.7rem .9rem}.tiles b{display:block;font-size:1.4rem}
`

const table = (caption: string, head: readonly string[], rows: readonly (readonly string[])[]): string =>
  `<div class="figure"><table><caption>${escapeHtml(caption)}</caption><thead><tr>${head.map((h) => `<th scope="col">${escapeHtml(h)}</th>`).join('')}</tr></thead>
<tbody>${rows.map(([first, ...rest]) => `<tr><th scope="row">${first}</th>${rest.map((c) => `<td class="n">${c}</td>`).join('')}</tr>`).join('\n')}</tbody></table></div>`

const miss = (r: CaseResult): string => {
  const kind = isUnder(judged(r)) ? 'under' : isOver(judged(r)) ? 'over' : 'between'
  return `<tr><th scope="row">${escapeHtml(r.id)}</th><td><span class="tag ${kind}">${kind}</span></td><td>${escapeHtml(r.gold.triage.join(' or '))}</td><td>${escapeHtml(r.level)}</td><td>${escapeHtml(r.fired.slice(0, 4).join(', '))}<blockquote>${escapeHtml(r.narrative)}</blockquote></td></tr>`
}

/** The report as one page: no script, no outside asset, readable in light and dark. */
export const htmlReport = (r: Report): string => {
  const { summary: s } = r
  const tiles: [string, string][] = [
    ['exact', percent(s.exact.value)],
    ['safe', percent(s.safe.value)],
    ['over-triage', percent(s.over.value)],
    ['emergencies missed', `${s.emergencies_missed} of ${s.emergencies}`],
    ['quadratic kappa', s.kappa.value.toFixed(2)],
    ['hand-offs', String(s.hand_offs)],
  ]
  const swaps = r.counterfactuals
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Anteroom evaluation</title><style>${STYLE}</style></head>
<body><main>
<h1>Anteroom evaluation</h1>
<p class="meta">${s.n} cases, split ${escapeHtml(r.split)}, engine ${escapeHtml(r.engine)}, model ${escapeHtml(r.model ?? 'none')}, index ${escapeHtml(r.index ?? 'none')}, content ${escapeHtml(r.content.slice(0, 12))}</p>
<ul class="tiles">${tiles.map(([label, value]) => `<li>${escapeHtml(label)}<b>${escapeHtml(value)}</b></li>`).join('')}</ul>
<h2>Rates with 95 % intervals</h2>
<div class="figure">${rateChart(summaryRows(s))}</div>
${table(
  'All figures with 95 % intervals (Wilson for rates, bootstrap for the others)',
  ['figure', 'value (interval)', 'n'],
  summaryRows(s).map((row) => [escapeHtml(row.label), withInterval(row.estimate, row.kind), String(row.estimate.n)]),
)}
<h2>Confusion matrix</h2>
<div class="figure">${confusionChart(r.confusion)}</div>
<h2>By first protocol</h2>
${table(
  'The protocol that led the interview',
  ['protocol', 'n', 'exact', 'safe', 'over'],
  r.protocols.map((p) => [
    escapeHtml(p.protocol),
    String(p.n),
    withInterval(p.exact),
    withInterval(p.safe),
    withInterval(p.over),
  ]),
)}
<h2>Subgroups</h2>
<div class="figure">${subgroupChart(r.subgroups)}</div>
${table(
  'Subgroups with 95 % intervals',
  ['group', 'n', 'exact', 'safe', 'emergencies missed'],
  r.subgroups.map((g) => [
    escapeHtml(`${g.by}: ${g.name}`),
    String(g.n),
    withInterval(g.exact),
    withInterval(g.safe),
    `${g.emergencies_missed} of ${g.emergencies}`,
  ]),
)}
<h2>Swapped demographics</h2>
${table(
  `Replayed under the rules: sex ${swaps.tried.sex}, reporter ${swaps.tried.reporter}, age within its band ${swaps.tried.age}. Changes for a person to judge:`,
  ['case', 'swap', 'from', 'to', 'floor before', 'floor after'],
  swaps.changed.map((c) => [c.id, c.swap, c.from, c.to, c.before, c.after].map(escapeHtml)),
)}
<h2>Misses</h2>
<div class="figure"><table><caption>Cases whose level is not an acceptable one, under-triage first. All people here are invented.</caption>
<thead><tr><th scope="col">case</th><th scope="col">kind</th><th scope="col">gold</th><th scope="col">given</th><th scope="col">set by, own words</th></tr></thead>
<tbody>${r.misses.map(miss).join('\n')}</tbody></table></div>
</main></body></html>
`
}
