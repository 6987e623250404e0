import { html, nothing, type TemplateResult } from 'lit'
import type { Statement } from '#contracts/clinical/assessment.ts'
import type { Handover } from '#contracts/clinical/handover.ts'
import type { AssessmentOutcome } from '#contracts/clinical/packet.ts'
import { compareLevels } from '#domain/shared/level.ts'
import { levelBadge } from '../level-badge.ts'
import type { PacketContext } from './context.ts'
import { findingButton, passageButton } from './floor.ts'

/** The model writes English, the language of the staff, whatever the patient spoke. */
const WRITTEN_IN = 'en'
const HANDOVER_PARTS = ['situation', 'background', 'assessment', 'recommendation'] as const

/** AI text under its label, or why there is none. */
export const assessmentPanel = (c: PacketContext): TemplateResult => {
  const { outcome } = c.packet
  return outcome.kind === 'assessment' ? written(outcome, c) : handedOff(outcome, c)
}

type Written = Extract<AssessmentOutcome, { kind: 'assessment' }>

const written = ({ assessment, attempts, handover }: Written, c: PacketContext): TemplateResult => {
  const { packet, t } = c
  const a = t.packet.assessment
  const isRaised = compareLevels(assessment.level, packet.floor.level) > 0
  return html`<section class="panel ai" aria-labelledby="ai-h">
    <p class="ai-label">${a.label}</p>
    <div class="row"><h2 id="ai-h">${a.heading}</h2><span class="push row"><span class="soft small">${a.level}</span>${levelBadge(assessment.level, t)}</span></div>
    ${isRaised ? html`<p class="notice">${a.raised}</p>` : nothing}
    <p class="summary" lang=${WRITTEN_IN}>${assessment.summary}</p>
    ${statements(a.concerns, assessment.concerns, c)} ${statements(a.actions, assessment.actions, c)}
    ${handover ? sbar(handover, c) : nothing}
    <p class="soft small" lang=${WRITTEN_IN}>${assessment.disclaimer}</p>
    <p class="soft small">${a.attempts(attempts)}</p>
  </section>`
}

/** What one would say on the telephone: situation, background, assessment, recommendation. */
const sbar = (handover: Handover, { t }: PacketContext): TemplateResult => {
  const { heading, parts } = t.packet.assessment.handover
  return html`<h3>${heading}</h3>
    <dl class="pairs">
      ${HANDOVER_PARTS.map((part) => html`<dt>${parts[part]}</dt><dd lang=${WRITTEN_IN}>${handover[part]}</dd>`)}
    </dl>`
}

const statements = (heading: string, list: readonly Statement[], c: PacketContext): TemplateResult => html`<h3>${heading}</h3>
  <ul class="statements">
    ${list.map(
      (s) => html`<li>
        <p lang=${WRITTEN_IN}>${s.text}</p>
        <p class="row small"><span class="soft">${c.t.packet.assessment.cites}</span>${s.cites.map((id) => (id.includes('#') ? passageButton(id, c) : findingButton(id, c)))}</p>
      </li>`,
    )}
  </ul>`

const handedOff = (outcome: Extract<AssessmentOutcome, { kind: 'hand-off' }>, { t }: PacketContext): TemplateResult => {
  const a = t.packet.assessment
  return html`<section class="panel" aria-labelledby="ai-h">
    <h2 id="ai-h">${a.noneLabel}</h2>
    <p><strong>${a.handOff[outcome.reason]}</strong></p>
    <p>${a.handOffHelp}</p>
    ${outcome.violated.length === 0 ? nothing : html`<p class="small soft">${a.violated}: <span class="mono">${outcome.violated.join(', ')}</span></p>`}
  </section>`
}
