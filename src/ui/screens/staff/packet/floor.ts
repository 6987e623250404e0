import { html, nothing, type TemplateResult } from 'lit'
import { levelBadge } from '../level-badge.ts'
import type { PacketContext } from './context.ts'
import { findingId } from './context.ts'
import { measureValue } from './facts.ts'
import { labelOf } from './packet-words.ts'

/** A button that opens a passage of the packet, or words that say it is not there. */
export const passageButton = (id: string, { packet, t, now, openPassage }: PacketContext): TemplateResult => {
  const passage = packet.passages.find((p) => p.id === id)
  if (!passage) return html`<span class="soft mono">${id} (${t.packet.assessment.unresolved})</span>`
  const isOverdue = Date.parse(passage.reviewDue) < now
  return html`<button class="link" @click=${() => openPassage(passage)}>${passage.title}${isOverdue ? ' (!)' : ''}</button>`
}

/** A button that jumps to a finding of the packet; a measure is said with its value. */
export const findingButton = (code: string, c: PacketContext): TemplateResult => {
  const { packet, labels, t, jumpTo } = c
  const measure = packet.measures.find((m) => m.name === code)
  if (measure) return html`<span>${t.packet.measures.names[measure.name].name.toLowerCase()} ${measureValue(measure, c)}</span>`
  const index = packet.findings.findIndex((f) => f.code === code)
  const name = labelOf(code, labels, t)
  return index === -1
    ? html`<span>${name}</span>`
    : html`<button class="link" @click=${() => jumpTo(findingId(index))}>${name}</button>`
}

/** The rules' floor: level, the rules that held with reason and source, and red flags nobody could decide. */
export const floorPanel = (c: PacketContext): TemplateResult => {
  const { packet, t } = c
  const f = t.packet.floor
  const { floor } = packet
  return html`<section class="panel" aria-labelledby="floor-h">
    <div class="row"><h2 id="floor-h">${f.heading}</h2><span class="push row"><span class="soft small">${f.level}</span>${levelBadge(floor.level, t)}</span></div>
    ${
      floor.open.length === 0
        ? nothing
        : html`<div class="open-flags">
          <h3>${f.open} (${floor.open.length})</h3>
          <p class="small">${f.openHelp}</p>
          <ul>
            ${floor.open.map(
              (flag) => html`<li>
                <p class="row">${levelBadge(flag.level, t)}<strong>${flag.reason[t.code]}</strong></p>
                <p class="small">${f.missing}: ${flag.missing.map((code) => labelOf(code, c.labels, t)).join(', ')}</p>
              </li>`,
            )}
          </ul>
        </div>`
    }
    <h3>${f.fired}</h3>
    ${floor.fired.length === 0 ? html`<p class="soft">${f.none}</p>` : nothing}
    <ul class="rules">
      ${floor.fired.map(
        (rule) => html`<li class="edge ${rule.level}">
          <p class="row">${levelBadge(rule.level, t)}<span class="soft small">${f.kinds[rule.kind]} · ${labelOf(`protocol:${rule.protocolId}`, c.labels, t)}</span></p>
          <p><strong>${rule.reason[t.code]}</strong></p>
          ${rule.because.length === 0 ? nothing : html`<p class="row small"><span class="soft">${f.because}</span>${rule.because.map((code) => findingButton(code, c))}</p>`}
          <p class="row small"><span class="soft">${f.source}</span>${rule.cite === undefined ? html`<span class="soft">${f.noSource}</span>` : passageButton(rule.cite, c)}</p>
        </li>`,
      )}
    </ul>
  </section>`
}
