import { css, html, LitElement, nothing, type TemplateResult } from 'lit'
import type { SignedIn } from '#app/staff/staff-model.ts'
import type { DeviceItem } from '#contracts/wire/enrolment.ts'
import type { StaffText } from '../../locales/staff-en.ts'
import { controls } from '../../theme/controls.ts'
import '../staff/modal.ts'
import type { Send } from '../staff/send.ts'
import { staffStyles } from '../staff/styles/staff-styles.ts'

/**
 * Kiosks of the clinic: set one up with a one-time code, revoke one.
 *
 * @property model - the signed-in page
 * @property t - texts
 * @property send - what the person did
 */
export class StaffDevices extends LitElement {
  static override properties = {
    model: { attribute: false },
    t: { attribute: false },
    send: { attribute: false },
    revoking: { state: true },
  }
  declare model: SignedIn
  declare t: StaffText
  declare send: Send
  declare private revoking: DeviceItem | null

  static override styles = [
    controls,
    staffStyles,
    css`
      .code {
        font-family: ui-monospace, 'Liberation Mono', monospace;
        font-size: clamp(1.5rem, 7vw, 2.75rem);
        font-weight: 700;
        letter-spacing: 0.06em;
        user-select: all;
      }
      .timer {
        font-variant-numeric: tabular-nums;
      }
      .kiosks {
        display: grid;
        gap: var(--an-space-2);
      }
      .kiosk {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--an-space-2) var(--an-space-4);
        padding: var(--an-space-3) var(--an-space-4);
        border: 1px solid var(--an-line);
        border-radius: var(--an-radius-s);
        background: var(--an-surface);
      }
      .name {
        flex: 1 1 14rem;
        display: grid;
      }
      .is-revoked .name strong {
        text-decoration: line-through;
      }
    `,
  ]

  constructor() {
    super()
    this.revoking = null
  }

  private code(): TemplateResult {
    const { t, model } = this
    const d = t.devices
    const { code, busy } = model.devices
    if (model.person.role === 'doctor') return html`<p class="soft">${d.notAllowed}</p>`
    if (!code) {
      return html`<p>${d.newHelp}</p>
        <p><button class="button primary" ?disabled=${busy} @click=${() => this.send({ type: 'code-asked' })}>${d.make}</button></p>`
    }
    const left = Math.max(0, Math.floor((Date.parse(code.expiresAt) - model.now - model.offset) / 1000))
    return html`<p>${d.newHelp}</p>
      <p class="code" aria-label=${`${d.code}: ${code.code}`} role="img">${code.code}</p>
      <p class="row"><span class="timer">${d.validFor(left)}</span>
        <button class="button" @click=${() => this.send({ type: 'code-hidden' })}>${d.hide}</button></p>`
  }

  private kiosk(device: DeviceItem): TemplateResult {
    const { t, model } = this
    const d = t.devices
    const mayRevoke = model.person.role === 'admin' && device.revokedAt === null
    return html`<li class="kiosk ${device.revokedAt === null ? '' : 'is-revoked'}">
      <span class="name"><strong>${device.name}</strong><span class="mono soft">${device.deviceId}</span></span>
      <span class="soft">${d.since} ${t.dateTime(device.enrolledAt)}</span>
      <span class="tag">${device.revokedAt === null ? d.active : d.revoked(t.dateTime(device.revokedAt))}</span>
      ${
        mayRevoke
          ? html`<button class="button" aria-label=${d.revokeNamed(device.name)} @click=${() => {
              this.revoking = device
            }}>${d.revoke}</button>`
          : nothing
      }
    </li>`
  }

  private stop(): void {
    this.revoking = null
  }

  private confirmed(): void {
    if (this.revoking) this.send({ type: 'revoke-confirmed', deviceId: this.revoking.deviceId })
    this.revoking = null
  }

  override render() {
    const { t, model } = this
    const d = t.devices
    const { devices, fault } = model.devices
    return html`<section class="stack">
      <h1 tabindex="-1">${d.heading}</h1>
      <p class="soft">${d.intro}</p>
      <div role="alert">${fault ? html`<p class="error">${t.fault(fault)}</p>` : nothing}</div>
      <section class="panel" aria-labelledby="new-h">
        <h2 id="new-h">${d.newHeading}</h2>
        ${this.code()}
      </section>
      <h2>${d.list}</h2>
      ${devices === null ? html`<p class="soft">${d.loading}</p>` : nothing}
      ${devices?.length === 0 ? html`<p class="soft">${d.empty}</p>` : nothing}
      <ul class="kiosks">
        ${devices?.map((device) => this.kiosk(device))}
      </ul>
      <anteroom-staff-modal
        .open=${this.revoking !== null}
        .heading=${d.confirmHeading(this.revoking?.name ?? '')}
        @anteroom-close=${this.stop}
      >
        <p>${d.confirmText}</p>
        <button slot="actions" class="button" @click=${this.stop}>${t.cancel}</button>
        <button slot="actions" class="button alert" @click=${this.confirmed}>${d.revoke}</button>
      </anteroom-staff-modal>
    </section>`
  }
}

customElements.define('anteroom-staff-devices', StaffDevices)
