import { css } from 'lit'

/** Shared looks of native controls: buttons, fields, choice cards, messages. Any element adds it to its `styles`. */
export const controls = css`
  :host {
    box-sizing: border-box;
    font-family: var(--an-font);
    font-size: var(--an-text-m);
    line-height: var(--an-leading);
    color: var(--an-ink);
  }
  *,
  *::before,
  *::after {
    box-sizing: inherit;
  }
  :focus-visible {
    outline: 3px solid var(--an-focus);
    outline-offset: 3px;
  }
  h1:focus,
  h2:focus {
    outline: none;
  }
  button,
  input,
  select,
  textarea {
    font: inherit;
    color: inherit;
  }
  .button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: var(--an-space-2);
    min-height: var(--an-target);
    padding: var(--an-space-2) var(--an-space-4);
    border: 2px solid var(--an-edge);
    border-radius: var(--an-radius);
    background: var(--an-surface);
    font-weight: 600;
    cursor: pointer;
    transition:
      background var(--an-quick),
      border-color var(--an-quick);
  }
  /* A finger leaves its hover behind: the next screen would look as if something were chosen. */
  @media (hover: hover) {
    .button:hover {
      border-color: var(--an-accent);
      background: var(--an-accent-soft);
    }
  }
  .button.primary {
    min-height: var(--an-target-l);
    padding-inline: var(--an-space-6);
    border-color: var(--an-accent);
    background: var(--an-accent);
    color: var(--an-on-accent);
    font-size: var(--an-text-l);
  }
  @media (hover: hover) {
    .button.primary:hover {
      border-color: var(--an-accent-strong);
      background: var(--an-accent-strong);
    }
  }
  .button.alert {
    border-color: var(--an-alert);
    background: var(--an-alert);
    color: var(--an-on-alert);
  }
  .button.quiet {
    border-color: transparent;
    background: transparent;
    text-decoration: underline;
    text-underline-offset: 0.2em;
  }
  .button[disabled] {
    opacity: 0.6;
    cursor: default;
  }
  .button.wide {
    width: 100%;
  }
  label,
  legend {
    font-weight: 600;
  }
  .help {
    margin: 0;
    color: var(--an-ink-2);
  }
  .field {
    display: grid;
    gap: var(--an-space-2);
  }
  input:not([type='radio'], [type='checkbox']),
  select,
  textarea {
    width: 100%;
    min-height: var(--an-target-l);
    padding: var(--an-space-3) var(--an-space-4);
    border: 2px solid var(--an-edge);
    border-radius: var(--an-radius-s);
    background: var(--an-surface);
  }
  textarea {
    resize: vertical;
  }
  :is(input, select, textarea)[aria-invalid='true']:not([type='radio'], [type='checkbox']) {
    border-color: var(--an-alert);
  }
  .button svg,
  .error svg {
    flex: none;
  }
  .error {
    display: flex;
    gap: var(--an-space-2);
    margin: 0;
    padding: var(--an-space-3) var(--an-space-4);
    border-inline-start: 0.375rem solid var(--an-alert);
    border-radius: var(--an-radius-s);
    background: var(--an-alert-soft);
    font-weight: 600;
  }
  .notice {
    margin: 0;
    padding: var(--an-space-3) var(--an-space-4);
    border-radius: var(--an-radius-s);
    background: var(--an-notice-soft);
  }
  .visually-hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    margin: -1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
`
