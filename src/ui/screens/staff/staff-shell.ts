import { html, LitElement, nothing } from 'lit'
import { queueRows } from '#app/staff/queue-rows.ts'
import type { Screen, SignedIn } from '#app/staff/staff-model.ts'
import { idleLeftMs, STAFF_IDLE } from '#app/staff/update-session.ts'
import type { StaffText } from '../../locales/staff-en.ts'
import { controls } from '../../theme/controls.ts'
import { callsBanner, callsStyles } from './calls-banner.ts'
import type { Send } from './send.ts'
import { shellStyles } from './styles/shell-styles.ts'
import { staffStyles } from './styles/staff-styles.ts'

type Tab = Exclude<Screen, 'packet'>
const TABS: readonly Tab[] = ['queue', 'doctor', 'ledger', 'devices', 'about']

/**
 * What surrounds every screen of a signed-in person: sections, connection, calls from kiosks, and what is said aloud.
 *
 * @property model - the signed-in page
 * @property t - texts
 * @property send - what the person did
 * @slot - the screen
 */
export class StaffShell extends LitElement {
  static override properties = { model: { attribute: false }, t: { attribute: false }, send: { attribute: false } }
  declare model: SignedIn
  declare t: StaffText
  declare send: Send

  static override styles = [controls, staffStyles, callsStyles, shellStyles]

  private tab(name: Tab, current: Tab) {
    const { t, model } = this
    const count = name === 'queue' || name === 'doctor' ? queueRows(model, name).length : 0
    return html`<li>
      <button class="tab" aria-current=${name === current ? 'page' : nothing} @click=${() => this.send({ type: 'navigated', screen: name })}>
        ${t.nav[name]}${count > 0 ? html` <span class="count">${count}</span>` : nothing}
      </button>
    </li>`
  }

  private connection() {
    const { model, t } = this
    const state = model.queueFault ? 'offline' : model.connected ? 'live' : 'polling'
    return html`<span class="connection ${state}"><span class="dot" aria-hidden="true"></span>${t.nav[state]}</span>`
  }

  private spoken(loud: boolean): string {
    const said = this.model.announcement
    if (!said) return ''
    const isLoud = said.kind === 'new-emergency' || said.kind === 'new-call'
    // The mark at the end makes the same sentence a change, so that it is read again.
    return isLoud === loud ? `${this.t.say[said.kind](said.count)}${said.id % 2 ? '' : '.'}` : ''
  }

  private idleWarning() {
    const left = idleLeftMs(this.model)
    if (left > STAFF_IDLE.warnMs) return nothing
    // The countdown is for eyes; ears hear it once.
    return html`<p class="idle" aria-hidden="true">${this.t.nav.idle(Math.ceil(left / 1000))}</p>
      <p class="visually-hidden" role="alert">${this.t.nav.idle(STAFF_IDLE.warnMs / 1000)}</p>`
  }

  override render() {
    const { model, t } = this
    const current: Tab = model.screen === 'packet' ? (model.packet?.from ?? 'queue') : model.screen
    return html`
      <header>
        <div class="bar">
          <p class="brand"><img src="/icon.svg" alt="" /><span>${model.clinic.name}</span></p>
          ${this.connection()}
          <p class="who">${t.nav.signedInAs(model.person.name, model.person.role)}</p>
          <button class="button" @click=${() => this.send({ type: 'sign-out-asked' })}>${t.nav.signOut}</button>
        </div>
        <nav aria-label=${t.nav.label}>
          <ul>
            ${TABS.map((name) => this.tab(name, current))}
          </ul>
        </nav>
      </header>
      ${callsBanner(model, t, this.send)} ${this.idleWarning()}
      <div class="visually-hidden" role="status">${this.spoken(false)}</div>
      <div class="visually-hidden" role="alert">${this.spoken(true)}</div>
      <main id="content"><slot></slot></main>
    `
  }
}

customElements.define('anteroom-staff-shell', StaffShell)
