import { css } from 'lit'

/** Large choices: buttons that answer at once, and radio or checkbox cards. */
export const cards = css`
  .choices {
    display: grid;
    gap: var(--an-space-3);
    margin: 0;
    padding: 0;
    border: 0;
    min-inline-size: 0;
  }
  .choices legend {
    padding: 0;
    margin-block-end: var(--an-space-3);
    font-size: var(--an-text-l);
  }
  @media (min-width: 46rem) {
    .choices.two {
      grid-template-columns: 1fr 1fr;
    }
    .choices.two legend {
      grid-column: 1 / -1;
    }
  }
  .card {
    display: flex;
    align-items: center;
    gap: var(--an-space-4);
    width: 100%;
    min-height: 4.25rem;
    padding: var(--an-space-3) var(--an-space-5);
    border: 2px solid var(--an-edge);
    border-radius: var(--an-radius);
    background: var(--an-surface);
    font-size: var(--an-text-l);
    font-weight: 500;
    text-align: start;
    cursor: pointer;
    transition:
      background var(--an-quick),
      border-color var(--an-quick);
  }
  /* A finger leaves its hover behind: the next screen would look as if something were chosen. */
  @media (hover: hover) {
    .card:hover {
      border-color: var(--an-accent);
      background: var(--an-accent-soft);
    }
  }
  .card[aria-pressed='true'],
  .card:has(input:checked) {
    border-color: var(--an-accent);
    background: var(--an-accent-soft);
    box-shadow: inset 0 0 0 2px var(--an-accent);
  }
  .card:has(input:focus-visible) {
    outline: 3px solid var(--an-focus);
    outline-offset: 3px;
  }
  .card input {
    flex: none;
    width: 1.75rem;
    height: 1.75rem;
    margin: 0;
    accent-color: var(--an-accent);
  }
  .card.small {
    min-height: var(--an-target-l);
    padding: var(--an-space-2) var(--an-space-4);
    font-size: var(--an-text-m);
  }
  .card.none {
    border-style: dashed;
  }
  .scale {
    display: grid;
    grid-template-columns: repeat(11, minmax(0, 1fr));
    gap: var(--an-space-2);
  }
  .scale .card {
    justify-content: center;
    min-height: var(--an-target-l);
    padding: 0;
  }
  @media (max-width: 46rem) {
    .scale {
      grid-template-columns: repeat(4, minmax(0, 1fr));
    }
  }
`
