import { tokens } from './tokens.ts'

/** Puts the tokens on the document, once. A constructed sheet: nothing inline, so `style-src 'self'` holds. */
export const adoptTheme = (root: Document): void => {
  const sheet = tokens.styleSheet
  if (sheet && !root.adoptedStyleSheets.includes(sheet)) root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet]
}
