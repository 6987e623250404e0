/** One finding of the content check; `line` is 1-based. Warnings do not fail the check. */
export type Problem = { file: string; line: number; message: string; severity: 'error' | 'warning' }

/** Message of a file or folder that is not written yet: tolerated by the check, not by the compiler. */
export const NOT_THERE = 'not there yet'

/** `file:line: message`, the form editors turn into a link. */
export const formatProblem = (p: Problem): string =>
  `${p.file}:${p.line}: ${p.severity === 'warning' ? 'warning: ' : ''}${p.message}`

/** Stable order for printing: by file, then line, then message. */
export const sortProblems = (problems: readonly Problem[]): Problem[] =>
  [...problems].sort((a, b) => a.file.localeCompare(b.file) || a.line - b.line || a.message.localeCompare(b.message))
