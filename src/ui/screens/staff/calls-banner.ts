import { css, html, nothing, type TemplateResult } from 'lit'
import type { SignedIn } from '#app/staff/staff-model.ts'
import type { StaffText } from '../../locales/staff-en.ts'
import type { Send } from './send.ts'

export const callsStyles = css`
  .calls {
    display: grid;
    gap: 1px;
  }
  .call {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--an-space-2) var(--an-space-4);
    padding: var(--an-space-2) var(--an-space-5);
    background: var(--an-notice-soft);
  }
  .call strong {
    font-size: 1.0625rem;
  }
  .call.is-emergency {
    background: var(--an-alert);
    color: var(--an-on-alert);
  }
  .call svg {
    width: 1.5rem;
    height: 1.5rem;
    flex: none;
  }
  .call.is-emergency .button {
    border-color: var(--an-on-alert);
    background: var(--an-on-alert);
    color: var(--an-alert);
  }
  .call .button {
    gap: 0;
    margin-inline-start: auto;
  }
`

const bell = html`<svg viewBox="0 0 20 20" aria-hidden="true">
  <path fill="currentColor" d="M10 1a6 6 0 0 0-6 6v4l-2 4h16l-2-4V7a6 6 0 0 0-6-6M7.5 16.5a2.5 2.5 0 0 0 5 0z" />
</svg>`

/** Kiosks that call staff, emergencies first; each waits until somebody says they are coming. */
export const callsBanner = (model: SignedIn, t: StaffText, send: Send): TemplateResult | typeof nothing => {
  if (model.calls.length === 0) return nothing
  const order = [...model.calls].sort((a, b) => Number(b.urgency === 'emergency') - Number(a.urgency === 'emergency'))
  return html`<section class="calls" aria-label=${t.calls.heading}>
    ${order.map((call) => {
      const waited = t.waited(Math.max(0, model.now + model.offset - Date.parse(call.receivedAt)))
      return html`<div class="call is-${call.urgency}">
        ${bell}<strong>${t.calls[call.urgency](call.deviceName)}</strong><span>${t.calls.since(waited)}</span>
        <button
          class="button"
          ?disabled=${model.answering.has(call.callId)}
          @click=${() => send({ type: 'call-answer-asked', callId: call.callId })}
        >
          ${t.calls.coming}<span class="visually-hidden">: ${call.deviceName}</span>
        </button>
      </div>`
    })}
  </section>`
}
