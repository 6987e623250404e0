import { html, nothing, type TemplateResult } from 'lit'
import type { Measure } from '#contracts/clinical/finding.ts'
import type { PacketContext } from './context.ts'

const dl = (pairs: readonly (readonly [string, unknown])[]): TemplateResult =>
  html`<dl class="pairs">${pairs.map(([k, v]) => html`<dt>${k}</dt><dd>${v}</dd>`)}</dl>`

/** The value as it is read: hours as days from two days on. */
export const measureValue = (m: Measure, { t }: PacketContext): string =>
  m.name === 'duration_hours' && m.value >= 48
    ? t.packet.age(Math.round(m.value / 24), 'day')
    : `${m.value} ${t.packet.measures.names[m.name].unit}`

export const measuresPanel = (c: PacketContext): TemplateResult => {
  const { packet, t } = c
  return html`<section class="panel" aria-labelledby="measures-h">
    <h2 id="measures-h">${t.packet.measures.heading}</h2>
    ${
      packet.measures.length === 0
        ? html`<p class="soft">${t.packet.measures.none}</p>`
        : dl(
            packet.measures.map((m) => [
              t.packet.measures.names[m.name].name,
              html`<strong>${measureValue(m, c)}</strong> <span class="soft small">${t.packet.findings.sources[m.source]}</span>`,
            ]),
          )
    }
  </section>`
}

export const historyPanel = ({ packet, t }: PacketContext): TemplateResult => {
  const h = t.packet.history
  const row = (name: 'conditions' | 'medications' | 'allergies') =>
    [
      h[name],
      packet.history[name] === ''
        ? html`<span class="soft">${h.none}</span>`
        : html`<span lang=${packet.language}>${packet.history[name]}</span>`,
    ] as const
  return html`<section class="panel" aria-labelledby="history-h">
    <h2 id="history-h">${h.heading}</h2>
    ${dl([row('conditions'), row('medications'), row('allergies')])}
  </section>`
}

export const transcriptPanel = ({ packet, t }: PacketContext): TemplateResult => {
  const q = t.packet.transcript
  return html`<details class="panel">
    <summary><h2>${q.heading}</h2><span class="soft">${q.count(packet.transcript.length)}</span></summary>
    ${packet.transcript.length === 0 ? html`<p class="soft">${q.none}</p>` : nothing}
    <ol class="transcript" lang=${packet.language}>
      ${packet.transcript.map(
        (entry) => html`<li>
          <p class="soft">${entry.question}</p>
          <p>${entry.skipped ? html`<em lang=${t.code}>${q.skipped}</em>` : html`<strong>${entry.answer}</strong>`}</p>
        </li>`,
      )}
    </ol>
  </details>`
}

export const provenancePanel = ({ packet, hash, t }: PacketContext): TemplateResult => {
  const p = t.packet.provenance
  const { provenance: made } = packet
  const code = (text: string | null) =>
    text === null ? html`<span class="soft">${p.none}</span>` : html`<span class="mono">${text}</span>`
  return html`<details class="panel">
    <summary><h2>${p.heading}</h2></summary>
    ${dl([
      [p.model, code(made.modelId)],
      [p.modelHash, code(made.modelHash)],
      [p.prompt, code(made.promptId)],
      [p.index, code(made.indexId)],
      [p.encoder, code(made.encoder ?? null)],
      [p.engine, code(made.engine)],
      [p.backend, code(made.backend)],
      [p.content, code(made.contentHash)],
      [p.app, code(made.appVersion)],
      [p.time, made.generationMs === null ? code(null) : p.seconds(made.generationMs)],
      [p.created, t.dateTime(packet.createdAt)],
      [p.packetId, code(packet.id)],
      [p.packetHash, code(hash)],
    ])}
  </details>`
}
