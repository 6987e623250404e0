import { html, nothing, type TemplateResult } from 'lit'
import { type Finding, FindingStatus } from '#contracts/clinical/finding.ts'
import type { PacketContext } from './context.ts'
import { findingId } from './context.ts'
import { labelOf } from './packet-words.ts'

const SIGN: Readonly<Record<FindingStatus, string>> = { present: '+', absent: '−', unknown: '?' }

/** Findings by what is known: present first, then not known, then absent. */
export const findingsPanel = (c: PacketContext): TemplateResult => {
  const { packet, t } = c
  const f = t.packet.findings
  const groups = [FindingStatus.enum.present, FindingStatus.enum.unknown, FindingStatus.enum.absent].map((status) => ({
    status,
    list: packet.findings.flatMap((finding, i) => (finding.status === status ? [{ finding, i }] : [])),
  }))
  return html`<section class="panel" aria-labelledby="findings-h">
    <h2 id="findings-h">${f.heading}</h2>
    ${groups.map(
      ({ status, list }) => html`<div class="group ${status}">
        <h3><span class="sign" aria-hidden="true">${SIGN[status]}</span>${f[status]} (${list.length})</h3>
        ${status === 'unknown' && list.length > 0 ? html`<p class="soft small">${f.unknownHelp}</p>` : nothing}
        <ul>
          ${list.map(({ finding, i }) => item(finding, i, c))}
        </ul>
      </div>`,
    )}
  </section>`
}

const item = (finding: Finding, index: number, { packet, labels, t }: PacketContext): TemplateResult => {
  const question = packet.transcript.find((q) => q.questionId === finding.questionId)
  return html`<li id=${findingId(index)} tabindex="-1" class="finding">
    <span class="name">${labelOf(finding.code, labels, t)}</span>
    <span class="soft small">${t.packet.findings.sources[finding.source]}</span>
    ${finding.quote ? html`<q lang=${packet.language}>${finding.quote.text}</q>` : nothing}
    ${!finding.quote && question ? html`<span class="soft small" lang=${packet.language}>${question.question}</span>` : nothing}
  </li>`
}
