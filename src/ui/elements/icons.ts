import { html, svg, type TemplateResult } from 'lit'

const icon = (path: TemplateResult<2>, size: string): TemplateResult => html`
  <svg viewBox="0 0 24 24" width=${size} height=${size} fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round"
    stroke-linejoin="round" aria-hidden="true" focusable="false">${path}</svg>
`

/** Drawn inline, so that nothing is fetched. Decorative: the text beside an icon says what it means. */
export const icons = {
  person: (size = '24') => icon(svg`<circle cx="12" cy="8" r="4" /><path d="M4 21c0-4.4 3.6-7 8-7s8 2.6 8 7" />`, size),
  bell: (size = '24') =>
    icon(svg`<path d="M6 9a6 6 0 1 1 12 0c0 5 2 6 2 7H4c0-1 2-2 2-7Z" /><path d="M10 20a2 2 0 0 0 4 0" />`, size),
  check: (size = '24') => icon(svg`<path d="m5 13 4.5 4.5L19 7" />`, size),
  cross: (size = '24') => icon(svg`<path d="M6 6l12 12M18 6 6 18" />`, size),
  back: (size = '24') => icon(svg`<path d="M19 12H5m6-6-6 6 6 6" />`, size),
  clock: (size = '24') => icon(svg`<circle cx="12" cy="12" r="9" /><path d="M12 7v5l3.5 2" />`, size),
  alert: (size = '24') => icon(svg`<path d="M12 3 2.5 20h19Z" /><path d="M12 10v4m0 3h.01" />`, size),
} as const
