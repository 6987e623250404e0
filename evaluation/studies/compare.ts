import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { TriageLevel } from '#contracts/clinical/triage-level.ts'
import { err, ok, type Result } from '#contracts/result.ts'
import { isExact, isOver, isSafe, type Judged } from '../metrics/levels.ts'

/** What a comparison reads of a `report.json`. */
const Read = z.object({
  engine: z.string(),
  index: z.string().nullable(),
  results: z.array(z.object({ id: z.string(), level: TriageLevel, gold: z.object({ triage: z.array(TriageLevel).min(1) }) })),
})
type Run = z.infer<typeof Read>

export type CompareError = { type: 'report-invalid'; message: string }

export const readReport = (file: string): Result<Run, CompareError> => {
  try {
    return ok(Read.parse(JSON.parse(readFileSync(file, 'utf8'))))
  } catch {
    return err({ type: 'report-invalid', message: `${file}: is not a report.json of npm run evaluate -- --report DIR` })
  }
}

/** Cases that only one run got right, and how likely so uneven a split is by chance (exact McNemar test, two-sided). */
export type Compared = { figure: string; a: number; b: number; onlyA: string[]; onlyB: string[]; p: number }

/** Two-sided probability of a split at least as uneven as `x` to `y` when both are as likely. */
export const mcNemar = (x: number, y: number): number => {
  const n = x + y
  let tail = 0
  let term = 0.5 ** n
  for (let k = 0; k <= Math.min(x, y); k++) {
    tail += term
    term *= (n - k) / (k + 1)
  }
  return n === 0 ? 1 : Math.min(1, 2 * tail)
}

const FIGURES: readonly [string, (j: Judged) => boolean][] = [
  ['exact', isExact],
  ['safe', isSafe],
  ['not over', (j) => !isOver(j)],
]

/** Both runs over the cases they share. */
export const compare = (
  a: Run,
  b: Run,
): { n: number; rows: Compared[]; changed: { id: string; a: TriageLevel; b: TriageLevel }[] } => {
  const second = new Map(b.results.map((r) => [r.id, r]))
  const pairs = a.results.flatMap((x) => {
    const y = second.get(x.id)
    return y ? [{ id: x.id, a: { level: x.level, gold: x.gold.triage }, b: { level: y.level, gold: y.gold.triage } }] : []
  })
  const rows = FIGURES.map(([figure, test]): Compared => {
    const onlyA = pairs.filter((p) => test(p.a) && !test(p.b)).map((p) => p.id)
    const onlyB = pairs.filter((p) => !test(p.a) && test(p.b)).map((p) => p.id)
    const share = (of: 'a' | 'b'): number => pairs.filter((p) => test(p[of])).length / pairs.length
    return { figure, a: share('a'), b: share('b'), onlyA, onlyB, p: mcNemar(onlyA.length, onlyB.length) }
  })
  const changed = pairs.filter((p) => p.a.level !== p.b.level).map((p) => ({ id: p.id, a: p.a.level, b: p.b.level }))
  return { n: pairs.length, rows, changed }
}
