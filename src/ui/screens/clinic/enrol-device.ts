import { css, html, LitElement, nothing } from 'lit'
import { controls } from '../../theme/controls.ts'

export type EnrolAnswer = { ok: true } | { ok: false; problem: EnrolProblem }
export type EnrolProblem = 'refused' | 'offline' | 'too-many' | 'not-trusted'

const PROBLEM: Readonly<Record<EnrolProblem, string>> = {
  refused: 'This code is not valid any more, or was typed wrong. Ask for a new code on the staff page under Devices.',
  offline: 'The clinic server does not answer. Check the network of this device, then try again.',
  'too-many': 'Too many tries. Wait one minute, then try again with a new code.',
  'not-trusted': 'The server sent keys that do not hold together. Do not use this device; tell the administrator.',
}

/**
 * Makes this browser a kiosk of the clinic: a one-time code and a name. For staff, so in English, the clinic's language.
 *
 * @property enrol - carries it out; given by the entry point
 * @property code - filled in when the address had one
 */
export class EnrolDevice extends LitElement {
  static override properties = {
    enrol: { attribute: false },
    code: { attribute: false },
    busy: { state: true },
    problem: { state: true },
  }
  declare enrol: (code: string, name: string) => Promise<EnrolAnswer>
  declare code: string
  declare private busy: boolean
  declare private problem: EnrolProblem | null

  static override styles = [
    controls,
    css`
      main {
        max-width: 34rem;
        margin: 0 auto;
        padding: var(--an-space-6) var(--an-space-5);
        display: grid;
        gap: var(--an-space-5);
      }
      h1 {
        margin: 0;
        font-size: var(--an-text-xl);
        line-height: 1.15;
      }
      form {
        display: grid;
        gap: var(--an-space-5);
      }
      p {
        margin: 0;
      }
      input[name='code'] {
        font-family: ui-monospace, 'Liberation Mono', monospace;
        letter-spacing: 0.08em;
        text-transform: uppercase;
      }
    `,
  ]

  constructor() {
    super()
    this.code = ''
    this.busy = false
    this.problem = null
  }

  private async submit(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    const data = new FormData(event.target as HTMLFormElement)
    this.busy = true
    this.problem = null
    const answer = await this.enrol(String(data.get('code')).trim().toUpperCase(), String(data.get('name')).trim())
    this.busy = false
    if (!answer.ok) this.problem = answer.problem
  }

  override render() {
    return html`
      <main>
        <h1>Set up this kiosk</h1>
        <p>For staff. Get a one-time code on the staff page under Devices. It is valid for 15 minutes.</p>
        <form @submit=${this.submit}>
          <div class="field">
            <label for="code">One-time code</label>
            <input id="code" name="code" required autocomplete="off" minlength="8" maxlength="40" .value=${this.code} />
          </div>
          <div class="field">
            <label for="name">Name of this kiosk</label>
            <p class="help" id="name-help">Staff see it when the kiosk calls them, for example “Waiting room, left”.</p>
            <input id="name" name="name" required maxlength="60" autocomplete="off" aria-describedby="name-help" .value=${'Kiosk 1'} />
          </div>
          <div role="alert">${this.problem ? html`<p class="error">${PROBLEM[this.problem]}</p>` : nothing}</div>
          <button class="button primary" ?disabled=${this.busy}>${this.busy ? 'Setting up …' : 'Set up'}</button>
        </form>
      </main>
    `
  }
}

customElements.define('anteroom-enrol-device', EnrolDevice)

declare global {
  interface HTMLElementTagNameMap {
    'anteroom-enrol-device': EnrolDevice
  }
}
