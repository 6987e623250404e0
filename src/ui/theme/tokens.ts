import { css } from 'lit'

/**
 * Design tokens for every screen, as custom properties on the document: warm paper, dark ink, one accent. Both schemes keep
 * at least 4.5:1 for text and 3:1 for edges of controls. Sizes are in rem; large kiosks get a larger rem.
 */
export const tokens = css`
  :root {
    color-scheme: light dark;
    --an-font: ui-rounded, 'Hiragino Maru Gothic ProN', system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans',
      sans-serif;
    --an-text-s: 1rem;
    --an-text-m: 1.1875rem;
    --an-text-l: 1.375rem;
    --an-text-xl: clamp(1.75rem, 1.35rem + 1.7vw, 2.5rem);
    --an-leading: 1.5;
    --an-space-1: 0.25rem;
    --an-space-2: 0.5rem;
    --an-space-3: 0.75rem;
    --an-space-4: 1rem;
    --an-space-5: 1.5rem;
    --an-space-6: 2.25rem;
    --an-space-7: 3.5rem;
    --an-radius: 0.875rem;
    --an-radius-s: 0.5rem;
    --an-target: 2.75rem;
    --an-target-l: 3.75rem;
    --an-measure: 44rem;
    --an-paper: #faf6ef;
    --an-surface: #fffdf9;
    --an-surface-2: #f1eadf;
    --an-ink: #22302f;
    --an-ink-2: #4f5d5b;
    --an-line: #ded3c3;
    --an-edge: #85796a;
    --an-accent: #0d6660;
    --an-accent-strong: #084b47;
    --an-accent-soft: #dff0ec;
    --an-on-accent: #ffffff;
    --an-alert: #a32a1c;
    --an-alert-soft: #fbe9e4;
    --an-on-alert: #ffffff;
    --an-notice: #7a5200;
    --an-notice-soft: #fbf0d6;
    --an-focus: #1d4fd8;
    --an-shadow: 0 1px 2px rgb(60 45 20 / 8%), 0 8px 28px rgb(60 45 20 / 7%);
    --an-quick: 140ms;
  }
  @media (prefers-color-scheme: dark) {
    :root {
      --an-paper: #141a1a;
      --an-surface: #1c2424;
      --an-surface-2: #283231;
      --an-ink: #f2ede4;
      --an-ink-2: #bfc7c3;
      --an-line: #3a4645;
      --an-edge: #8d9a97;
      --an-accent: #7fd1c6;
      --an-accent-strong: #a9e4db;
      --an-accent-soft: #1f3d3a;
      --an-on-accent: #06201e;
      --an-alert: #ffb4a6;
      --an-alert-soft: #44211b;
      --an-on-alert: #3b0a03;
      --an-notice: #f2c76b;
      --an-notice-soft: #3a2f14;
      --an-focus: #a9c4ff;
      --an-shadow: 0 1px 2px rgb(0 0 0 / 40%), 0 8px 28px rgb(0 0 0 / 30%);
    }
  }
  @media (prefers-reduced-motion: reduce) {
    :root {
      --an-quick: 0ms;
    }
  }
  @media (min-width: 60rem) and (min-height: 80rem) {
    html {
      font-size: 137.5%;
    }
  }
  html {
    background: var(--an-paper);
    color: var(--an-ink);
    font-family: var(--an-font);
    line-height: var(--an-leading);
    -webkit-text-size-adjust: 100%;
  }
  body {
    margin: 0;
  }
`
