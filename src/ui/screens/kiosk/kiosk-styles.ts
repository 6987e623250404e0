import { css } from 'lit'

export const kioskStyles = css`
  :host {
    display: flex;
    flex-direction: column;
    min-height: 100vh;
    min-height: 100dvh;
    background: var(--an-paper);
  }
  header {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--an-space-3) var(--an-space-4);
    padding: var(--an-space-4) clamp(var(--an-space-4), 4vw, var(--an-space-6));
    border-block-end: 1px solid var(--an-line);
    background: var(--an-surface);
  }
  .brand {
    margin: 0;
    margin-inline-end: auto;
    font-size: var(--an-text-l);
    font-weight: 700;
    letter-spacing: 0.01em;
    color: var(--an-accent);
  }
  .languages {
    display: flex;
    border: 2px solid var(--an-edge);
    border-radius: var(--an-radius);
    overflow: clip;
  }
  .languages button {
    min-height: var(--an-target);
    min-width: var(--an-target);
    padding: 0 var(--an-space-4);
    border: 0;
    background: transparent;
    cursor: pointer;
  }
  .languages button:focus-visible {
    outline-offset: -4px;
  }
  .languages button[aria-pressed='true'] {
    background: var(--an-accent);
    color: var(--an-on-accent);
    font-weight: 600;
  }
  .languages button[aria-pressed='true']:focus-visible {
    outline-color: var(--an-on-accent);
  }
  main {
    flex: 1;
    display: grid;
    gap: var(--an-space-5);
    align-content: start;
    width: min(var(--an-measure), 100%);
    margin-inline: auto;
    padding: clamp(var(--an-space-4), 3vw, var(--an-space-6)) var(--an-space-4) var(--an-space-7);
  }
  .sheet {
    display: grid;
    gap: var(--an-space-5);
    padding: clamp(var(--an-space-5), 4vw, var(--an-space-6));
    border: 1px solid var(--an-line);
    border-radius: calc(var(--an-radius) * 1.5);
    background: var(--an-surface);
    box-shadow: var(--an-shadow);
  }
  .sheet form {
    display: grid;
    gap: var(--an-space-5);
  }
  h1 {
    margin: 0;
    font-size: var(--an-text-xl);
    line-height: 1.2;
    text-wrap: balance;
  }
  h2 {
    margin: 0;
    font-size: var(--an-text-l);
    line-height: 1.3;
  }
  .lead {
    margin: 0;
    font-size: var(--an-text-l);
  }
  .part {
    display: grid;
    gap: var(--an-space-3);
  }
  .stack {
    display: grid;
    gap: var(--an-space-5);
  }
  .actions {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--an-space-3);
    padding-block-start: var(--an-space-2);
  }
  .row {
    display: grid;
    grid-template-columns: 1fr 1fr;
    gap: var(--an-space-4);
  }
  .grid {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(min(16rem, 100%), 1fr));
    gap: var(--an-space-5) var(--an-space-4);
    align-items: end;
  }
  .grid .choices {
    align-self: end;
  }
  .choices legend.like-label {
    margin-block-end: var(--an-space-2);
    font-size: var(--an-text-m);
  }
  .points,
  .plain {
    display: grid;
    gap: var(--an-space-3);
    margin: 0;
    padding: 0;
    list-style: none;
  }
  .points li {
    display: flex;
    gap: var(--an-space-3);
  }
  .points svg {
    flex: none;
    margin-block-start: 0.15em;
    color: var(--an-accent);
  }
  .understood {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: var(--an-space-3);
    padding: var(--an-space-4);
    border-radius: var(--an-radius);
    background: var(--an-surface-2);
  }
  .understood > div {
    flex: 1 1 16rem;
  }
  .understood p {
    margin: 0;
  }
  .understood-label {
    font-size: var(--an-text-l);
    font-weight: 600;
  }
  .understood[data-kept='no'] .understood-label span:last-child {
    text-decoration: line-through;
  }
  .tag {
    padding: 0.1em 0.5em;
    border-radius: var(--an-radius-s);
    background: var(--an-surface);
    font-size: var(--an-text-s);
  }
  summary {
    display: flex;
    align-items: center;
    min-height: var(--an-target);
    font-weight: 600;
    color: var(--an-accent);
    cursor: pointer;
    text-decoration: underline;
    text-underline-offset: 0.2em;
  }
  .ends {
    display: flex;
    justify-content: space-between;
  }
  .answers {
    display: grid;
    margin: 0;
  }
  .answer {
    display: grid;
    grid-template-columns: minmax(0, 2fr) minmax(0, 3fr) auto;
    gap: var(--an-space-2) var(--an-space-4);
    align-items: center;
    padding-block: var(--an-space-2);
    border-block-start: 1px solid var(--an-line);
  }
  .answer dt {
    font-weight: 600;
  }
  .answer dd {
    margin: 0;
    overflow-wrap: anywhere;
  }
  .own-words {
    white-space: pre-line;
  }
  .badge {
    display: inline-grid;
    place-items: center;
    width: 5rem;
    height: 5rem;
    border-radius: 50%;
    background: var(--an-accent-soft);
    color: var(--an-accent);
  }
  .ticket {
    display: grid;
    justify-items: start;
    gap: var(--an-space-1);
    margin: 0;
  }
  .ticket strong {
    font-size: 3rem;
    letter-spacing: 0.12em;
    line-height: 1.1;
  }
  .busy {
    width: 100%;
    height: 0.625rem;
    accent-color: var(--an-accent);
  }
  .emergency {
    display: grid;
    gap: var(--an-space-5);
  }
  .sheet:has(.emergency) {
    border: 4px solid var(--an-alert);
  }
  .emergency .badge {
    background: var(--an-alert-soft);
    color: var(--an-alert);
  }
  .emergency h1 {
    font-size: clamp(2.25rem, 1.6rem + 3.5vw, 3.75rem);
  }
  .state {
    margin: 0;
    font-size: var(--an-text-l);
    font-weight: 600;
  }
  .dialog-text {
    margin: 0 0 var(--an-space-5);
  }
  @media (min-width: 60rem) and (min-height: 80rem) {
    main {
      padding-block-start: var(--an-space-7);
    }
  }
  @media (max-width: 40rem) {
    .brand {
      display: none;
    }
    header {
      justify-content: space-between;
      gap: var(--an-space-2);
      padding: var(--an-space-2) var(--an-space-3);
      font-size: var(--an-text-s);
    }
    header .languages button,
    header .button {
      padding-inline: var(--an-space-2);
    }
    .sheet {
      padding: var(--an-space-5) var(--an-space-4);
    }
    .actions .button.primary {
      width: 100%;
    }
    .answer {
      grid-template-columns: 1fr auto;
    }
    .answer dt {
      grid-column: 1 / -1;
    }
  }
`
