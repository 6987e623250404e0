import { css } from 'lit'

/** Rows of the queue: one large target each. */
export const queueStyles = css`
  .packets {
    display: grid;
    gap: var(--an-space-2);
  }
  .packet {
    display: grid;
    grid-template-columns: 10rem minmax(0, 1fr) 9rem;
    grid-template-areas: 'mark what when' 'mark tags when';
    gap: var(--an-space-2) var(--an-space-4);
    align-items: start;
    width: 100%;
    padding: var(--an-space-3) var(--an-space-4);
    border-block: 1px solid var(--an-line);
    border-inline-end: 1px solid var(--an-line);
    border-radius: var(--an-radius-s);
    background: var(--an-surface);
    text-align: start;
    cursor: pointer;
  }
  .packet:hover:not([disabled]) {
    background: var(--an-accent-soft);
  }
  .packet[disabled] {
    cursor: default;
  }
  .mark {
    grid-area: mark;
  }
  .what {
    grid-area: what;
    display: grid;
    gap: 0.125rem;
  }
  .title {
    font-size: 1.0625rem;
    font-weight: 700;
  }
  .title.soft {
    font-weight: 500;
  }
  .person {
    color: var(--an-ink-2);
  }
  .quote {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
    font-style: italic;
  }
  .when {
    grid-area: when;
    display: grid;
    justify-items: end;
    text-align: end;
    font-variant-numeric: tabular-nums;
  }
  .when strong {
    font-size: 1.0625rem;
  }
  .tags {
    grid-area: tags;
    display: flex;
    flex-wrap: wrap;
    gap: var(--an-space-2);
  }
  .gap {
    background: var(--an-notice-soft);
  }
  .empty {
    padding: var(--an-space-6) var(--an-space-4);
    border: 2px dashed var(--an-line);
    border-radius: var(--an-radius);
    color: var(--an-ink-2);
    text-align: center;
  }
  .check {
    display: inline-flex;
    align-items: center;
    gap: var(--an-space-2);
    min-height: var(--an-target);
    font-weight: 500;
    cursor: pointer;
  }
  .check input {
    width: 1.375rem;
    height: 1.375rem;
    margin: 0;
    accent-color: var(--an-accent);
  }
  @media (max-width: 40rem) {
    .packet {
      grid-template-columns: minmax(0, 1fr) auto;
      grid-template-areas: 'mark when' 'what what' 'tags tags';
    }
    .quote {
      white-space: normal;
      display: -webkit-box;
      -webkit-line-clamp: 2;
      -webkit-box-orient: vertical;
    }
  }
  @media (hover: none) {
    .keys {
      display: none;
    }
  }
`
