import { html, nothing, type TemplateResult } from 'lit'
import type { PacketContext } from './context.ts'
import { findingId } from './context.ts'
import { labelOf, segmentsOf } from './packet-words.ts'

/** The patient's own words, unaltered, with the quotes of findings marked and numbered. */
export const wordsPanel = ({ packet, labels, t, jumpTo }: PacketContext): TemplateResult => {
  const w = t.packet.words
  const quoted = packet.findings.flatMap((f, i) => (f.quote ? [i] : []))
  const number = (finding: number): number => quoted.indexOf(finding) + 1
  const name = (finding: number): string => labelOf(packet.findings[finding]?.code ?? '', labels, t)
  const segments = segmentsOf(
    packet.words,
    packet.findings.map((f) => f.quote),
  )
  const marked = segments.map((s, i) => {
    if (s.findings.length === 0) return s.text
    const next = segments[i + 1]
    // The number comes once, where the quote ends.
    const ending = s.findings.filter((f) => !next?.findings.includes(f))
    return html`<mark>${s.text}</mark>${ending.map(
      (f) =>
        html`<sup><span class="visually-hidden"> (${w.mark(name(f))}) </span><span aria-hidden="true">${number(f)}</span></sup>`,
    )}`
  })
  return html`<section class="panel" aria-labelledby="words-h">
    <h2 id="words-h">${packet.profile.reporter === 'patient' ? w.heading : w.caregiverHeading}</h2>
    ${
      packet.words === ''
        ? html`<p class="soft">${w.empty}</p>`
        : html`<blockquote lang=${packet.language}>${marked}</blockquote>`
    }
    ${
      quoted.length === 0
        ? nothing
        : html`<p class="soft small">${w.legend}</p>
          <ul class="legend">
            ${quoted.map(
              (f) => html`<li>
                <button class="link" @click=${() => jumpTo(findingId(f))}><span class="n">${number(f)}</span>${name(f)}</button>
              </li>`,
            )}
          </ul>`
    }
  </section>`
}
