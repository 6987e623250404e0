import { css, html, LitElement, type PropertyValues } from 'lit'
import { controls } from '../../theme/controls.ts'

/**
 * A question that must be answered before anything else: the platform's own modal dialog, so that focus stays inside and goes
 * back afterwards.
 *
 * @slot - text and buttons
 * @fires anteroom-dismissed - the person pressed Escape
 */
export class AnteroomDialog extends LitElement {
  static override styles = [
    controls,
    css`
      dialog {
        width: min(34rem, calc(100vw - 2rem));
        padding: var(--an-space-6);
        border: 0;
        border-radius: var(--an-radius);
        background: var(--an-surface);
        color: var(--an-ink);
        box-shadow: var(--an-shadow);
      }
      dialog::backdrop {
        background: rgb(20 26 26 / 60%);
      }
      h2 {
        margin: 0 0 var(--an-space-3);
        font-size: var(--an-text-xl);
        line-height: 1.2;
        text-wrap: balance;
      }
      @media (max-width: 30rem) {
        dialog {
          padding: var(--an-space-5);
        }
      }
    `,
  ]
  static override properties = { open: { type: Boolean }, heading: { type: String } }
  declare open: boolean
  declare heading: string

  constructor() {
    super()
    this.open = false
    this.heading = ''
  }

  protected override updated(changed: PropertyValues<this>): void {
    const dialog = this.renderRoot.querySelector('dialog')
    if (!dialog || !changed.has('open')) return
    if (this.open && !dialog.open) dialog.showModal()
    if (!this.open && dialog.open) dialog.close()
  }

  protected override render() {
    return html`
      <dialog
        aria-labelledby="heading"
        @cancel=${(e: Event) => {
          e.preventDefault()
          this.dispatchEvent(new CustomEvent('anteroom-dismissed', { bubbles: true, composed: true }))
        }}
      >
        <h2 id="heading">${this.heading}</h2>
        <slot></slot>
      </dialog>
    `
  }
}
