import { html, nothing, type TemplateResult } from 'lit'
import type { Kiosk } from '#app/kiosk.ts'
import type { ScreenContext } from './screen.ts'

/** Asking for a person: always answered, whatever the network does. */
export const staffDialog = ({ model, t, send }: ScreenContext): TemplateResult => {
  const { staffCall } = model
  const close = () => send({ type: 'staff-call-closed' })
  const call = () => send({ type: 'staff-call-confirmed' })
  const text = {
    none: { heading: '', lead: '' },
    asking: { heading: t.staff.askHeading, lead: t.staff.askLead },
    sending: { heading: t.staff.sending, lead: t.common.loading },
    sent: { heading: t.staff.sentHeading, lead: t.staff.sentLead },
    failed: { heading: t.staff.failedHeading, lead: t.staff.failedLead },
  }[staffCall]
  const callLabel = staffCall === 'asking' ? t.staff.confirm : staffCall === 'failed' ? t.staff.again : null
  return html`
    <anteroom-dialog .open=${staffCall !== 'none'} .heading=${text.heading} @anteroom-dismissed=${close}>
      <p class="dialog-text lead" role="status">${text.lead}</p>
      <div class="actions">
        ${callLabel ? html`<button type="button" class="button primary" @click=${call}>${callLabel}</button>` : nothing}
        <button type="button" class=${callLabel ? 'button' : 'button primary'} @click=${close}>
          ${staffCall === 'asking' ? t.staff.cancel : t.staff.close}
        </button>
      </div>
    </anteroom-dialog>
  `
}

/** The countdown is announced when it starts and every ten seconds, not every second. */
export const idleDialog = ({ t }: ScreenContext, remainingMs: number | null, kiosk: Kiosk): TemplateResult => {
  const seconds = Math.max(1, Math.ceil((remainingMs ?? 0) / 1000))
  return html`
    <anteroom-dialog .open=${remainingMs !== null} .heading=${t.idle.heading} @anteroom-dismissed=${() => kiosk.extend()}>
      <p class="dialog-text lead" aria-hidden="true">${t.idle.lead(seconds)}</p>
      <p class="visually-hidden" role="status">${remainingMs === null ? '' : t.idle.lead(Math.ceil(seconds / 10) * 10)}</p>
      <div class="actions">
        <button type="button" class="button primary" @click=${() => kiosk.extend()}>${t.idle.more}</button>
        <button type="button" class="button" @click=${() => kiosk.clear()}>${t.idle.clear}</button>
      </div>
    </anteroom-dialog>
  `
}
