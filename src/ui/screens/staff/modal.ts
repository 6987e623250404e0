import { css, html, LitElement } from 'lit'
import { controls } from '../../theme/controls.ts'

/**
 * A modal over the page: the browser's own dialog, which keeps focus inside and closes on Escape.
 *
 * @property open - shows or hides it
 * @property heading - its name
 * @slot - content
 * @slot actions - buttons at its foot
 * @fires anteroom-close - Escape was pressed; the owner sets `open` to false
 */
export class StaffModal extends LitElement {
  static override properties = { open: { type: Boolean, reflect: true }, heading: {} }
  declare open: boolean
  declare heading: string

  static override styles = [
    controls,
    css`
      dialog {
        width: min(38rem, calc(100vw - 2rem));
        max-height: calc(100dvh - 2rem);
        padding: var(--an-space-5);
        border: 1px solid var(--an-line);
        border-radius: var(--an-radius);
        background: var(--an-surface);
        color: var(--an-ink);
        box-shadow: var(--an-shadow);
        overflow-y: auto;
      }
      dialog::backdrop {
        background: rgb(10 20 20 / 60%);
      }
      .inner {
        display: grid;
        gap: var(--an-space-4);
      }
      h2 {
        margin: 0;
        font-size: 1.25rem;
        line-height: 1.25;
      }
      .actions {
        display: flex;
        flex-wrap: wrap;
        justify-content: flex-end;
        gap: var(--an-space-3);
      }
    `,
  ]

  constructor() {
    super()
    this.open = false
    this.heading = ''
  }

  override updated(): void {
    const dialog = this.renderRoot.querySelector('dialog')
    if (!dialog || dialog.open === this.open) return
    if (this.open) {
      dialog.showModal()
      this.renderRoot.querySelector('h2')?.focus()
    } else dialog.close()
  }

  private cancelled(event: Event): void {
    event.preventDefault()
    this.dispatchEvent(new CustomEvent('anteroom-close'))
  }

  override render() {
    return html`
      <dialog aria-labelledby="heading" @cancel=${this.cancelled}>
        <div class="inner">
          <h2 id="heading" tabindex="-1">${this.heading}</h2>
          <slot></slot>
          <div class="actions"><slot name="actions"></slot></div>
        </div>
      </dialog>
    `
  }
}

customElements.define('anteroom-staff-modal', StaffModal)
