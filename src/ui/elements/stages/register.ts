import { AnteroomStages } from './stages.ts'

if (!customElements.get('anteroom-stages')) customElements.define('anteroom-stages', AnteroomStages)

declare global {
  interface HTMLElementTagNameMap {
    'anteroom-stages': AnteroomStages
  }
}
