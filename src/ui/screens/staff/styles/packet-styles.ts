import { css } from 'lit'

/** Layout of the packet view and the looks of its parts. */
export const packetStyles = css`
  .top {
    display: flex;
    flex-wrap: wrap;
    align-items: flex-start;
    gap: var(--an-space-3) var(--an-space-4);
  }
  .top .level {
    min-height: 2.75rem;
    border-radius: 1.5rem;
    padding: 0 var(--an-space-4);
    font-size: 1.125rem;
  }
  .stack-tight {
    display: grid;
    gap: var(--an-space-1);
    flex: 1 1 18rem;
  }
  .to-review {
    display: none;
  }
  .columns {
    display: grid;
    grid-template-columns: minmax(0, 1fr) clamp(17rem, 34%, 22rem);
    gap: var(--an-space-4);
    align-items: start;
  }
  .side {
    position: sticky;
    top: 7rem;
    max-height: calc(100dvh - 8rem);
    overflow-y: auto;
    overscroll-behavior: contain;
  }
  .pair {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(16rem, 1fr));
    gap: var(--an-space-4);
  }
  blockquote {
    margin: 0;
    font-size: 1.125rem;
    line-height: 1.6;
    white-space: pre-wrap;
    overflow-wrap: anywhere;
  }
  mark {
    padding: 0.0625rem 0.125rem;
    border-block-end: 2px solid var(--an-notice);
    border-radius: 0.125rem;
    background: var(--an-notice-soft);
    color: inherit;
  }
  sup,
  .n {
    font-size: 0.75rem;
    font-weight: 700;
    line-height: 0;
    user-select: none;
  }
  .n {
    margin-inline-end: var(--an-space-1);
  }
  .legend {
    display: flex;
    flex-wrap: wrap;
    gap: 0 var(--an-space-4);
  }
  .group h3 {
    display: flex;
    align-items: center;
    gap: var(--an-space-2);
    padding-block: var(--an-space-2);
  }
  .sign {
    display: inline-grid;
    place-items: center;
    width: 1.5rem;
    height: 1.5rem;
    border: 2px solid currentColor;
    border-radius: 50%;
    line-height: 1;
  }
  .finding {
    display: flex;
    flex-wrap: wrap;
    gap: 0 var(--an-space-3);
    align-items: baseline;
    padding: var(--an-space-2);
    border-block-start: 1px solid var(--an-line);
    scroll-margin: 8rem;
  }
  .finding:focus {
    outline: 3px solid var(--an-focus);
    outline-offset: -3px;
  }
  .finding .name {
    font-weight: 600;
  }
  .absent .name {
    font-weight: 400;
  }
  .finding q {
    flex-basis: 100%;
    font-style: italic;
  }
  .rules,
  .statements,
  .reviews,
  .transcript,
  .open-flags ul {
    display: grid;
    gap: var(--an-space-3);
  }
  .rules > li,
  .statements > li {
    display: grid;
    gap: var(--an-space-1);
    padding: var(--an-space-2) var(--an-space-3);
    border-radius: var(--an-radius-s);
    background: var(--an-paper);
  }
  .statements > li {
    border-inline-start: 0.375rem solid var(--an-line);
  }
  .open-flags {
    display: grid;
    gap: var(--an-space-2);
    padding: var(--an-space-3) var(--an-space-4);
    border: 2px dashed var(--an-notice);
    border-radius: var(--an-radius-s);
    background: var(--an-notice-soft);
  }
  .ai {
    border: 2px dashed var(--an-accent);
  }
  .ai-label {
    justify-self: start;
    padding: var(--an-space-1) var(--an-space-3);
    border-radius: var(--an-radius-s);
    background: var(--an-accent);
    color: var(--an-on-accent);
    font-weight: 700;
  }
  .summary {
    font-size: 1.0625rem;
    font-weight: 600;
  }
  .transcript {
    margin-block-start: var(--an-space-2);
  }
  .passage {
    white-space: pre-wrap;
  }
  .reason {
    white-space: pre-wrap;
    overflow-wrap: anywhere;
  }
  .reviews > li {
    display: grid;
    gap: var(--an-space-1);
  }
  .reviews > li + li {
    padding-block-start: var(--an-space-3);
    border-block-start: 1px solid var(--an-line);
  }
  @media (max-width: 60rem) {
    .columns {
      grid-template-columns: minmax(0, 1fr);
    }
    .side {
      position: static;
      max-height: none;
    }
    .to-review {
      display: inline-flex;
    }
  }
  @media (max-height: 40rem) {
    .side {
      top: var(--an-space-4);
      max-height: calc(100dvh - 2rem);
    }
  }
`
