import { css, html, LitElement } from 'lit'
import { controls } from '../../theme/controls.ts'

/** Shown when the kiosk cannot start at all: says whom to ask, in both languages, and tries again on request. */
export class StartFailed extends LitElement {
  static override properties = { code: { attribute: false } }
  declare code: string

  static override styles = [
    controls,
    css`
      main {
        max-width: 36rem;
        margin: 0 auto;
        padding: var(--an-space-7) var(--an-space-5);
        display: grid;
        gap: var(--an-space-5);
        justify-items: start;
      }
      h1,
      p {
        margin: 0;
      }
    `,
  ]

  constructor() {
    super()
    this.code = ''
  }

  override render() {
    return html`
      <main>
        <h1>Please go to the front desk</h1>
        <p lang="es">Por favor, acuda a recepción. Esta pantalla no está disponible.</p>
        <p>This screen is not available. Staff will help you in person.</p>
        <p class="help">For staff: the kiosk did not start (${this.code}). Check that the clinic server runs, then try again.</p>
        <button class="button" @click=${() => location.reload()}>Try again</button>
      </main>
    `
  }
}

customElements.define('anteroom-start-failed', StartFailed)

declare global {
  interface HTMLElementTagNameMap {
    'anteroom-start-failed': StartFailed
  }
}
