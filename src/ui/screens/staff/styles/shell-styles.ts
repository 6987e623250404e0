import { css } from 'lit'

/** Layout of the bar, the sections and the content column. */
export const shellStyles = css`
  header {
    position: sticky;
    top: 0;
    z-index: 2;
    border-block-end: 1px solid var(--an-line);
    background: var(--an-surface);
  }
  .bar {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--an-space-1) var(--an-space-4);
    max-width: 84rem;
    margin: 0 auto;
    padding: var(--an-space-2) var(--an-space-5) 0;
  }
  .brand {
    display: flex;
    align-items: center;
    gap: var(--an-space-2);
    font-weight: 700;
  }
  .brand img {
    width: 2rem;
    height: 2rem;
  }
  .who {
    margin-inline-start: auto;
    color: var(--an-ink-2);
  }
  .connection {
    display: inline-flex;
    align-items: center;
    gap: var(--an-space-2);
    color: var(--an-ink-2);
    font-size: var(--an-text-s);
  }
  .connection .dot {
    flex: none;
    width: 0.75rem;
    height: 0.75rem;
    border: 2px solid var(--an-edge);
    border-radius: 50%;
  }
  .connection.live .dot {
    border-color: var(--an-accent);
    background: var(--an-accent);
  }
  .connection.polling {
    color: var(--an-notice);
    font-weight: 600;
  }
  .connection.offline {
    color: var(--an-alert);
    font-weight: 700;
  }
  .connection.offline .dot {
    border-color: var(--an-alert);
    border-radius: 0;
    background: var(--an-alert);
  }
  nav {
    max-width: 84rem;
    margin: 0 auto;
    padding: 0 var(--an-space-4);
    overflow-x: auto;
  }
  nav ul {
    display: flex;
    gap: var(--an-space-1);
  }
  .tab {
    display: inline-flex;
    align-items: center;
    gap: var(--an-space-2);
    min-height: 3rem;
    padding: 0 var(--an-space-3);
    border: 0;
    border-block-end: 0.25rem solid transparent;
    background: none;
    font-weight: 600;
    white-space: nowrap;
    cursor: pointer;
  }
  .tab:hover {
    border-color: var(--an-line);
  }
  .tab:focus-visible {
    outline-offset: -3px;
  }
  .tab[aria-current] {
    border-color: var(--an-accent);
    color: var(--an-accent);
  }
  .count {
    min-width: 1.5rem;
    padding: 0 var(--an-space-2);
    border-radius: 1rem;
    background: var(--an-surface-2);
    color: var(--an-ink);
    font-size: var(--an-text-s);
    text-align: center;
  }
  main {
    max-width: 84rem;
    margin: 0 auto;
    padding: var(--an-space-5);
  }
  .idle {
    padding: var(--an-space-3) var(--an-space-5);
    background: var(--an-notice-soft);
    font-weight: 600;
    text-align: center;
  }
  @media (max-width: 40rem) {
    .bar {
      padding-inline: var(--an-space-4);
    }
    .who {
      order: 4;
      flex-basis: 100%;
      margin: 0;
      font-size: var(--an-text-s);
    }
    .bar .button {
      margin-inline-start: auto;
    }
    .brand span {
      max-width: 9rem;
      overflow: hidden;
      text-overflow: ellipsis;
      white-space: nowrap;
    }
    nav {
      padding: 0 var(--an-space-2);
    }
    .tab {
      gap: var(--an-space-1);
      padding: 0 0.375rem;
      font-size: 0.9375rem;
    }
    .tab .count {
      padding: 0 0.375rem;
    }
    main {
      padding: var(--an-space-4) var(--an-space-3);
    }
  }
  @media (max-width: 40rem), (max-height: 40rem) {
    header {
      position: static;
    }
  }
`
