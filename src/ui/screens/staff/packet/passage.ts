import { html, nothing, type TemplateResult } from 'lit'
import type { CitedPassage } from '#contracts/clinical/packet.ts'
import type { StaffText } from '../../../locales/staff-en.ts'

/** A passage as it stood when cited, with a warning when its review is overdue. */
export const passageBody = (passage: CitedPassage, now: number, t: StaffText): TemplateResult => {
  const p = t.packet.passage
  return html`<div class="stack">
    ${Date.parse(passage.reviewDue) < now ? html`<p class="error">${p.overdue(t.date(passage.reviewDue))}</p>` : nothing}
    <p class="passage">${passage.text}</p>
    <dl class="pairs">
      <dt>${p.source}</dt>
      <dd>${passage.source}</dd>
      <dt>${p.version}</dt>
      <dd>${passage.version}</dd>
      <dt>${p.reviewed}</dt>
      <dd>${t.date(passage.reviewed)}</dd>
      <dt>${p.due}</dt>
      <dd>${t.date(passage.reviewDue)}</dd>
    </dl>
    <p class="mono soft">${passage.id}</p>
  </div>`
}
