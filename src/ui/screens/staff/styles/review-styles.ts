import { css } from 'lit'

/** The review form and its record. */
export const reviewStyles = css`
  form {
    display: grid;
    gap: var(--an-space-4);
  }
  fieldset {
    display: grid;
    gap: var(--an-space-2);
    margin: 0;
    padding: 0;
    border: 0;
    min-inline-size: 0;
  }
  legend {
    padding: 0;
    margin-block-end: var(--an-space-2);
  }
  .choice {
    display: flex;
    align-items: center;
    gap: var(--an-space-3);
    min-height: var(--an-target);
    padding: var(--an-space-2) var(--an-space-3);
    border: 2px solid var(--an-edge);
    border-radius: var(--an-radius-s);
    font-weight: 400;
    cursor: pointer;
  }
  .choice:hover {
    border-color: var(--an-accent);
  }
  .choice:has(input:checked) {
    border-color: var(--an-accent);
    background: var(--an-accent-soft);
  }
  .choice:has(input:focus-visible) {
    outline: 3px solid var(--an-focus);
    outline-offset: 2px;
  }
  .choice input {
    flex: none;
    width: 1.375rem;
    height: 1.375rem;
    margin: 0;
    accent-color: var(--an-accent);
  }
  .choice > span:not(.row) {
    display: grid;
  }
  .reason {
    white-space: pre-wrap;
    overflow-wrap: anywhere;
  }
  .done {
    display: grid;
    gap: var(--an-space-2);
    padding: var(--an-space-4);
    border-radius: var(--an-radius-s);
    background: var(--an-accent-soft);
  }
`
