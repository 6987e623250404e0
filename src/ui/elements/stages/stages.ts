import { css, html, LitElement } from 'lit'
import { controls } from '../../theme/controls.ts'

/** How far along something is, in words and as a bar. `label` is read with the bar; `value` is 0 to 1. */
export class AnteroomStages extends LitElement {
  static override styles = [
    controls,
    css`
      :host {
        display: grid;
        gap: var(--an-space-2);
      }
      p {
        margin: 0;
        font-size: var(--an-text-s);
        font-weight: 600;
        color: var(--an-ink-2);
      }
      progress {
        appearance: none;
        width: 100%;
        height: 0.625rem;
        border: 0;
        border-radius: 1rem;
        overflow: hidden;
        background: var(--an-surface-2);
      }
      progress::-webkit-progress-bar {
        background: var(--an-surface-2);
      }
      progress::-webkit-progress-value {
        border-radius: 1rem;
        background: var(--an-accent);
        transition: inline-size var(--an-quick);
      }
      progress::-moz-progress-bar {
        background: var(--an-accent);
      }
    `,
  ]
  static override properties = { label: { type: String }, value: { type: Number } }
  declare label: string
  declare value: number

  constructor() {
    super()
    this.label = ''
    this.value = 0
  }

  protected override render() {
    return html`
      <p id="label">${this.label}</p>
      <progress max="1" .value=${this.value} aria-labelledby="label"></progress>
    `
  }
}
