import { html, svg, type TemplateResult } from 'lit'
import type { TriageLevel } from '#contracts/clinical/triage-level.ts'
import type { StaffText } from '../../locales/staff-en.ts'

export type ShownLevel = TriageLevel | 'unknown'

/** One shape a level, so that they differ without colour: octagon, triangle, square, circle; a ring while unknown. */
const SHAPES: Readonly<Record<ShownLevel, ReturnType<typeof svg>>> = {
  emergency: svg`<path fill="currentColor" fill-rule="evenodd" d="M6 1h8l5 5v8l-5 5H6l-5-5V6zM9 4.5v7h2v-7zM9 13.5v2h2v-2z"/>`,
  high: svg`<path fill="currentColor" fill-rule="evenodd" d="M10 1 20 19H0zM9 7v6h2V7zm0 7.5v2h2v-2z"/>`,
  medium: svg`<path fill="currentColor" d="M2 2h16v16H2z"/>`,
  low: svg`<circle fill="currentColor" cx="10" cy="10" r="8"/>`,
  unknown: svg`<circle fill="none" stroke="currentColor" stroke-width="3" cx="10" cy="10" r="7.5"/>`,
}

/** The mark of a level: shape, word and colour. */
export const levelBadge = (level: TriageLevel | null, t: StaffText): TemplateResult => {
  const shown: ShownLevel = level ?? 'unknown'
  return html`<span class="level ${shown}"
    ><svg viewBox="0 0 20 20" aria-hidden="true">${SHAPES[shown]}</svg>${t.levels[shown].name}</span
  >`
}
