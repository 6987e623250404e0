import { AnteroomDialog } from './dialog.ts'

if (!customElements.get('anteroom-dialog')) customElements.define('anteroom-dialog', AnteroomDialog)

declare global {
  interface HTMLElementTagNameMap {
    'anteroom-dialog': AnteroomDialog
  }
}
