import { css } from 'lit'

/** What every staff screen adds to the shared controls: a denser scale, panels, and the four levels in both schemes. */
export const staffStyles = css`
  h1,
  h2,
  h3 {
    margin: 0;
    line-height: 1.2;
    text-wrap: balance;
  }
  h1 {
    font-size: 1.5rem;
  }
  h2 {
    font-size: 1.1875rem;
  }
  h3 {
    font-size: 1rem;
  }
  p {
    margin: 0;
  }
  ul,
  ol {
    margin: 0;
    padding: 0;
    list-style: none;
  }
  .stack {
    display: grid;
    gap: var(--an-space-4);
    align-content: start;
  }
  .row {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--an-space-2) var(--an-space-3);
  }
  .push {
    margin-inline-start: auto;
  }
  .panel {
    display: grid;
    gap: var(--an-space-3);
    align-content: start;
    padding: var(--an-space-4) var(--an-space-5);
    border: 1px solid var(--an-line);
    border-radius: var(--an-radius);
    background: var(--an-surface);
  }
  .soft {
    color: var(--an-ink-2);
  }
  .small {
    font-size: var(--an-text-s);
  }
  .mono {
    font-family: ui-monospace, 'Liberation Mono', monospace;
    font-size: 0.8125rem;
    overflow-wrap: anywhere;
  }
  .tag {
    display: inline-block;
    padding: 0 var(--an-space-2);
    border: 1px solid var(--an-line);
    border-radius: 1rem;
    background: var(--an-surface-2);
    font-size: var(--an-text-s);
    font-weight: 500;
  }
  .link {
    display: inline-flex;
    align-items: center;
    min-height: var(--an-target);
    padding: 0 var(--an-space-1);
    border: 0;
    background: none;
    color: var(--an-accent);
    font-weight: 600;
    text-align: start;
    text-decoration: underline;
    text-underline-offset: 0.2em;
    cursor: pointer;
  }
  .link:hover {
    color: var(--an-accent-strong);
  }
  .button.alert:hover {
    background: var(--an-alert);
    border-color: var(--an-ink);
  }
  .button.primary:disabled {
    background: var(--an-accent);
  }
  summary {
    display: flex;
    align-items: center;
    gap: var(--an-space-2);
    min-height: var(--an-target);
    font-weight: 600;
    cursor: pointer;
    list-style: none;
  }
  summary h2 {
    text-wrap: wrap;
  }
  summary > .soft {
    white-space: nowrap;
  }
  summary::-webkit-details-marker {
    display: none;
  }
  summary::before {
    content: '';
    flex: none;
    width: 0.5rem;
    height: 0.5rem;
    margin: 0 0.375rem 0 0.125rem;
    border: solid currentColor;
    border-width: 0 2px 2px 0;
    transform: rotate(-45deg);
    transition: transform var(--an-quick);
  }
  details[open] > summary::before {
    transform: rotate(45deg);
  }
  dl.pairs {
    display: grid;
    grid-template-columns: max-content minmax(0, 1fr);
    gap: var(--an-space-1) var(--an-space-4);
    margin: 0;
  }
  dl.pairs dt {
    color: var(--an-ink-2);
  }
  dl.pairs dd {
    margin: 0;
    overflow-wrap: anywhere;
  }
  @media (max-width: 30rem) {
    .panel {
      padding: var(--an-space-4);
    }
    dl.pairs {
      grid-template-columns: minmax(0, 1fr);
      gap: 0;
    }
    dl.pairs dd {
      margin-block-end: var(--an-space-2);
    }
  }
`

/** The level mark: icon, word and colour together, never colour alone. */
export const levelStyles = css`
  .level {
    display: inline-flex;
    align-items: center;
    gap: var(--an-space-2);
    min-height: 2rem;
    padding: 0 var(--an-space-3);
    border-radius: 1rem;
    font-weight: 700;
    white-space: nowrap;
    color: var(--level-ink);
    background: var(--level);
  }
  .level svg {
    width: 1.125rem;
    height: 1.125rem;
    flex: none;
  }
  .level.emergency,
  .edge.emergency {
    --level: #b3161b;
    --level-ink: #ffffff;
  }
  .level.high,
  .edge.high {
    --level: #a04a00;
    --level-ink: #ffffff;
  }
  .level.medium,
  .edge.medium {
    --level: #1d5fa6;
    --level-ink: #ffffff;
  }
  .level.low,
  .edge.low {
    --level: #3d6152;
    --level-ink: #ffffff;
  }
  .level.unknown,
  .edge.unknown {
    --level: #4f5d5b;
    --level-ink: #ffffff;
  }
  .edge {
    border-inline-start: 0.375rem solid var(--level);
  }
  @media (prefers-color-scheme: dark) {
    .level.emergency,
    .edge.emergency {
      --level: #ff8f86;
      --level-ink: #2b0505;
    }
    .level.high,
    .edge.high {
      --level: #ffb36b;
      --level-ink: #2a1500;
    }
    .level.medium,
    .edge.medium {
      --level: #8fc0ff;
      --level-ink: #06203d;
    }
    .level.low,
    .edge.low {
      --level: #a3d4bf;
      --level-ink: #0b2419;
    }
    .level.unknown,
    .edge.unknown {
      --level: #bfc7c3;
      --level-ink: #1c2424;
    }
  }
`
