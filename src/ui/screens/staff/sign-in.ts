import { css, html, LitElement, nothing } from 'lit'
import type { SignedOut } from '#app/staff/staff-model.ts'
import type { StaffText } from '../../locales/staff-en.ts'
import { controls } from '../../theme/controls.ts'
import type { Send } from './send.ts'
import { staffStyles } from './styles/staff-styles.ts'

/**
 * The way in: user name and passphrase.
 *
 * @property model - the signed-out page
 * @property t - texts
 * @property send - what the person did
 * @slot - choice of language
 */
export class StaffSignIn extends LitElement {
  static override properties = { model: { attribute: false }, t: { attribute: false }, send: { attribute: false } }
  declare model: SignedOut
  declare t: StaffText
  declare send: Send

  static override styles = [
    controls,
    staffStyles,
    css`
      main {
        display: grid;
        gap: var(--an-space-5);
        max-width: 26rem;
        margin: 0 auto;
        padding: var(--an-space-6) var(--an-space-4);
      }
      .brand {
        display: flex;
        align-items: center;
        gap: var(--an-space-3);
        font-weight: 700;
      }
      .brand img {
        width: 2.5rem;
        height: 2.5rem;
      }
      form {
        display: grid;
        gap: var(--an-space-4);
      }
    `,
  ]

  override firstUpdated(): void {
    this.renderRoot.querySelector<HTMLInputElement>('#username')?.focus()
  }

  private submit(event: SubmitEvent): void {
    event.preventDefault()
    const form = event.target as HTMLFormElement
    const data = new FormData(form)
    this.send({ type: 'sign-in-asked', username: String(data.get('username')), passphrase: String(data.get('passphrase')) })
    // Not kept in the page longer than it takes to use it.
    const input = form.elements.namedItem('passphrase')
    if (input instanceof HTMLInputElement) input.value = ''
  }

  private trouble(): string | null {
    const { fault, waitUntil, now } = this.model
    if (waitUntil !== null) return this.t.signIn.wait(Math.max(1, Math.ceil((waitUntil - now) / 1000)))
    return fault ? this.t.fault(fault) : null
  }

  override render() {
    const { t, model } = this
    const trouble = this.trouble()
    return html`
      <main>
        <p class="brand"><img src="/icon.svg" alt="" />${t.brand} · ${t.staff}</p>
        <h1>${t.signIn.heading}</h1>
        ${model.notice ? html`<p class="notice">${t.signIn.notice[model.notice]}</p>` : nothing}
        <form @submit=${this.submit}>
          <div class="field">
            <label for="username">${t.signIn.username}</label>
            <input id="username" name="username" required maxlength="60" autocomplete="username" autocapitalize="none" spellcheck="false" .value=${model.username} />
          </div>
          <div class="field">
            <label for="passphrase">${t.signIn.passphrase}</label>
            <input id="passphrase" name="passphrase" type="password" required autocomplete="current-password" aria-describedby="key-help" />
          </div>
          <div role="alert">${trouble && !model.busy ? html`<p class="error">${trouble}</p>` : nothing}</div>
          <button class="button primary" ?disabled=${model.busy || model.waitUntil !== null}>
            ${model.busy ? t.signIn.busy : t.signIn.submit}
          </button>
          <div role="status">${model.busy ? html`<p class="help">${t.signIn.busyHelp}</p>` : nothing}</div>
        </form>
        <p class="help small" id="key-help">${t.signIn.help}</p>
        <slot></slot>
      </main>
    `
  }
}

customElements.define('anteroom-staff-sign-in', StaffSignIn)
