import { html, nothing } from 'lit'
import { icons } from '../../elements/icons.ts'
import { heading, type Screen } from './screen.ts'

export const sendingScreen: Screen = ({ model, t, send }) =>
  model.sending === 'failed'
    ? html`
        ${heading(t.sending.failed)}
        <p class="lead" role="alert">${t.sending.failedLead}</p>
        <div class="actions">
          <button type="button" class="button primary" @click=${() => send({ type: 'send-requested' })}>${t.sending.retry}</button>
        </div>
      `
    : html`
        ${heading(t.sending.heading)}
        <p class="lead" role="status">${t.sending.lead}</p>
        <progress class="busy" aria-label=${t.sending.heading}></progress>
      `

/** Does not say that the nurse has it before the clinic server signed for it. */
export const doneScreen: Screen = ({ model, t, send }) => html`
  <span class="badge" aria-hidden="true">${icons.check('40')}</span>
  ${heading(model.delivered ? t.done.heading : t.done.keptHeading)}
  <p class="lead" role="status">${model.delivered ? t.done.lead : t.done.keptLead}</p>
  ${model.ticket ? html`<p class="ticket"><span>${t.done.ticket}</span><strong>${model.ticket}</strong></p>` : nothing}
  <p class="notice">${t.done.worse}</p>
  <div class="actions">
    <button type="button" class="button primary" @click=${() => send({ type: 'finished' })}>${t.done.finish}</button>
  </div>
`

/** Says what to do and nothing else: no level, no reason, no diagnosis. */
export const emergencyScreen: Screen = ({ model, t, send }) => {
  const state = { none: t.emergency.sending, sending: t.emergency.sending, sent: t.emergency.sent, failed: t.emergency.failed }
  const settled = model.sending === 'queued' || model.sending === 'failed'
  return html`
    <div class="emergency">
      <span class="badge" aria-hidden="true">${icons.bell('48')}</span>
      ${heading(t.emergency.heading)}
      <p class="lead">${t.emergency.lead}</p>
      <p class="state" role="alert">${state[model.alert]}</p>
      <div class="actions">
        <button type="button" class="button alert primary" @click=${() => send({ type: 'alert-repeated' })}>${t.emergency.again}</button>
        ${
          settled
            ? html`<button type="button" class="button" @click=${() => send({ type: 'finished' })}>${t.emergency.finish}</button>`
            : nothing
        }
      </div>
    </div>
  `
}
