import { css, html, LitElement, type PropertyValues } from 'lit'
import type { SignedIn, StaffModel } from '#app/staff/staff-model.ts'
import type { StaffPage } from '#app/staff/staff-page.ts'
import type { Language } from '#contracts/clinical/language.ts'
import { staffText } from '../../locales/staff-index.ts'
import { controls } from '../../theme/controls.ts'
import '../clinic/about.ts'
import '../clinic/devices.ts'
import '../clinic/ledger.ts'
import './packet-view.ts'
import './queue-list.ts'
import './sign-in.ts'
import './staff-shell.ts'

/** What this device remembers of the person's taste; nothing about patients. */
export type StaffPreferences = { language: Language; keys: boolean }

/**
 * The staff page: shows the page's model and passes on what the person does.
 *
 * @property page - the running flow
 * @property preferences - language and shortcuts
 * @fires anteroom-preferences - the person changed them (`detail`: the new ones)
 */
export class StaffApp extends LitElement {
  static override properties = { page: { attribute: false }, preferences: { attribute: false }, model: { state: true } }
  declare page: StaffPage
  declare preferences: StaffPreferences
  declare private model: StaffModel | null
  private unsubscribe = (): void => undefined

  static override styles = [
    controls,
    css`
      :host {
        display: block;
        min-height: 100dvh;
        --an-text-s: 0.9375rem;
        --an-text-m: 1rem;
        --an-text-l: 1.0625rem;
        --an-target-l: 2.875rem;
        --an-space-6: 2rem;
        --an-font: system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', sans-serif;
      }
      .language {
        display: flex;
        gap: var(--an-space-2);
      }
      .language .button[aria-pressed='true'] {
        border-color: var(--an-accent);
        background: var(--an-accent-soft);
      }
    `,
  ]

  constructor() {
    super()
    this.model = null
    this.preferences = { language: 'en', keys: true }
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.model = this.page.model()
    this.unsubscribe = this.page.subscribe((model) => {
      this.model = model
    })
    for (const type of ['pointerdown', 'keydown', 'wheel']) addEventListener(type, this.touched, { passive: true })
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.unsubscribe()
    for (const type of ['pointerdown', 'keydown', 'wheel']) removeEventListener(type, this.touched)
  }

  private readonly touched = (): void => this.page.send({ type: 'touched' })

  private prefer(change: Partial<StaffPreferences>): void {
    this.preferences = { ...this.preferences, ...change }
    this.dispatchEvent(new CustomEvent('anteroom-preferences', { detail: this.preferences }))
  }

  private screenOf(model: StaffModel | null | undefined): string {
    return model?.state === 'signed-in' ? `${model.screen} ${model.packet?.packetId ?? ''}` : (model?.state ?? '')
  }

  protected override updated(changed: PropertyValues): void {
    document.documentElement.lang = this.preferences.language
    const t = staffText[this.preferences.language]
    const waiting = this.model?.state === 'signed-in' ? this.model.items.filter((i) => i.state === 'pending').length : 0
    document.title = waiting > 0 ? `(${waiting}) ${t.pageTitle}` : t.pageTitle
    if (!changed.has('model') || this.screenOf(this.model) === this.screenOf(changed.get('model'))) return
    window.scrollTo(0, 0)
    void this.focusHeading()
  }

  /** A new screen begins at its heading, for readers and keyboards alike. */
  private async focusHeading(): Promise<void> {
    const screen = this.renderRoot.querySelector<LitElement>('[data-screen]')
    await screen?.updateComplete
    screen?.renderRoot.querySelector<HTMLElement>('h1[tabindex]')?.focus()
  }

  private screen(model: SignedIn) {
    const t = staffText[this.preferences.language]
    const { send } = this.page
    const { keys, language } = this.preferences
    switch (model.screen) {
      case 'queue':
      case 'doctor':
        return html`<anteroom-staff-queue data-screen .model=${model} .list=${model.screen} .keys=${keys} .t=${t} .send=${send}></anteroom-staff-queue>`
      case 'packet':
        return html`<anteroom-staff-packet data-screen .model=${model} .view=${model.packet} .keys=${keys} .t=${t} .send=${send}></anteroom-staff-packet>`
      case 'ledger':
        return html`<anteroom-staff-ledger data-screen .model=${model} .t=${t} .send=${send}></anteroom-staff-ledger>`
      case 'devices':
        return html`<anteroom-staff-devices data-screen .model=${model} .t=${t} .send=${send}></anteroom-staff-devices>`
      case 'about':
        return html`<anteroom-staff-about
          data-screen
          .clinic=${model.clinic}
          .preferences=${{ keys, language }}
          .prefer=${(change: Partial<StaffPreferences>) => this.prefer(change)}
          .t=${t}
        ></anteroom-staff-about>`
    }
  }

  private languages() {
    return html`<div class="language" role="group" aria-label=${staffText[this.preferences.language].language}>
      ${(Object.keys(staffText) as Language[]).map(
        (code) => html`<button
          class="button"
          lang=${code}
          aria-pressed=${this.preferences.language === code}
          @click=${() => this.prefer({ language: code })}
        >
          ${staffText[code].languageName}
        </button>`,
      )}
    </div>`
  }

  override render() {
    const { model, page } = this
    if (!model) return html``
    const t = staffText[this.preferences.language]
    if (model.state === 'signed-out') {
      return html`<anteroom-staff-sign-in .model=${model} .t=${t} .send=${page.send}>${this.languages()}</anteroom-staff-sign-in>`
    }
    return html`<anteroom-staff-shell .model=${model} .t=${t} .send=${page.send}>${this.screen(model)}</anteroom-staff-shell>`
  }
}

customElements.define('anteroom-staff-app', StaffApp)
