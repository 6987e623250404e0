import { LEVELS } from '../metrics/levels.ts'
import type { Subgroup } from '../metrics/subgroups.ts'
import { percent, type Row } from './rows.ts'

/** Text made safe for HTML and SVG, also inside quoted attributes. */
export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' })[c] ?? c)

const svg = (id: string, width: number, height: number, title: string, description: string, body: string): string =>
  `<svg viewBox="0 0 ${width} ${height}" width="${width}" role="img" aria-labelledby="${id}-t ${id}-d">
<title id="${id}-t">${escapeHtml(title)}</title><desc id="${id}-d">${escapeHtml(description)}</desc>
${body}
</svg>`

const text = (x: number, y: number, content: string, anchor = 'start', extra = ''): string =>
  `<text x="${x}" y="${y}" text-anchor="${anchor}"${extra}>${escapeHtml(content)}</text>`

/** Confusion matrix: rows gold, columns level given, the diagonal outlined. Counts are written, so colour adds nothing alone. */
export const confusionChart = (matrix: readonly (readonly number[])[]): string => {
  const [cell, left, top] = [74, 110, 44]
  const most = Math.max(1, ...matrix.flat())
  const cells = matrix.flatMap((row, i) =>
    row.map((count, j) => {
      const [x, y] = [left + j * cell, top + i * cell]
      const kind = i === j ? 'right' : j < i ? 'under' : 'over'
      const strength = count === 0 ? 0 : 0.15 + (0.5 * count) / most
      return `<rect class="${kind}" x="${x}" y="${y}" width="${cell - 3}" height="${cell - 3}" rx="4" fill-opacity="${strength.toFixed(2)}"/>${text(x + cell / 2 - 1, y + cell / 2 + 4, String(count), 'middle', ' class="count"')}`
    }),
  )
  const heads = LEVELS.map((l, j) => text(left + j * cell + cell / 2, top - 10, l, 'middle'))
  const sides = LEVELS.map((l, i) => text(left - 10, top + i * cell + cell / 2 + 4, l, 'end'))
  const total = matrix.flat().reduce((a, b) => a + b, 0)
  return svg(
    'confusion',
    left + 4 * cell + 10,
    top + 4 * cell + 10,
    'Confusion matrix',
    `${total} cases; rows are the nearest acceptable gold level, columns the level given`,
    [text(left + 2 * cell, 14, 'level given', 'middle'), ...heads, ...sides, ...cells].join('\n'),
  )
}

/** Rates as dots on a 0-100 % axis with their 95 % intervals as lines. */
export const rateChart = (rows: readonly Row[]): string => {
  const rates = rows.filter((r) => r.kind === 'rate')
  const [left, width, step, top] = [250, 360, 26, 30]
  const at = (x: number): number => left + x * width
  const ticks = [0, 0.25, 0.5, 0.75, 1].map(
    (t) =>
      `<line class="grid" x1="${at(t)}" y1="${top - 8}" x2="${at(t)}" y2="${top + rates.length * step}"/>${text(at(t), top - 14, `${t * 100} %`, 'middle')}`,
  )
  const lines = rates.map(({ label, estimate: e }, i) => {
    const y = top + i * step + 12
    const interval = Number.isNaN(e.low)
      ? ''
      : `<line class="interval" x1="${at(e.low)}" y1="${y}" x2="${at(e.high)}" y2="${y}"/>`
    return `${text(left - 12, y + 4, label, 'end')}${interval}<circle class="point" cx="${at(e.value)}" cy="${y}" r="5"/>${text(left + width + 12, y + 4, percent(e.value))}`
  })
  return svg(
    'rates',
    left + width + 80,
    top + rates.length * step + 10,
    'Rates with 95 % intervals',
    rates.map((r) => `${r.label} ${percent(r.estimate.value)}`).join('; '),
    [...ticks, ...lines].join('\n'),
  )
}

/** Exact and safe rate of every subgroup as bars with interval lines. */
export const subgroupChart = (groups: readonly Subgroup[]): string => {
  const [left, width, step, top] = [200, 360, 40, 30]
  const at = (x: number): number => left + x * width
  const bar = (cls: string, g: Subgroup['exact'], y: number): string =>
    `<rect class="${cls}" x="${left}" y="${y}" width="${(g.value * width).toFixed(1)}" height="13" rx="2"/><line class="interval" x1="${at(g.low)}" y1="${y + 6.5}" x2="${at(g.high)}" y2="${y + 6.5}"/>`
  const ticks = [0, 0.5, 1].map(
    (t) =>
      `<line class="grid" x1="${at(t)}" y1="${top - 8}" x2="${at(t)}" y2="${top + groups.length * step}"/>${text(at(t), top - 14, `${t * 100} %`, 'middle')}`,
  )
  const rows = groups.map((g, i) => {
    const y = top + i * step
    return `${text(left - 12, y + 18, `${g.name} (${g.n})`, 'end')}${bar('safe-bar', g.safe, y)}${bar('exact-bar', g.exact, y + 15)}${text(left + width + 12, y + 11, `safe ${percent(g.safe.value)}`)}${text(left + width + 12, y + 26, `exact ${percent(g.exact.value)}`)}`
  })
  return svg(
    'subgroups',
    left + width + 130,
    top + groups.length * step + 6,
    'Safe and exact rate by subgroup',
    groups.map((g) => `${g.name}: safe ${percent(g.safe.value)}, exact ${percent(g.exact.value)}`).join('; '),
    [...ticks, ...rows].join('\n'),
  )
}
