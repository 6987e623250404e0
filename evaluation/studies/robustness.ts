import type { TriageLevel } from '#contracts/clinical/triage-level.ts'
import type { EvaluationCase } from '#contracts/evaluation/case.ts'
import { compareLevels } from '#domain/shared/level.ts'
import { isExact, isSafe } from '../metrics/levels.ts'
import { playCase, type Rules } from '../play-case.ts'
import type { Attack } from './attacks.ts'
import { DISTURBANCES } from './disturb.ts'

export type RobustnessRow = { name: string; n: number; same: number; lower: number; higher: number; exact: number; safe: number }

type Told = { c: EvaluationCase; before: TriageLevel; after: TriageLevel }

const row = (name: string, told: readonly Told[]): RobustnessRow => {
  const count = (test: (t: Told) => boolean): number => told.filter(test).length
  return {
    name,
    n: told.length,
    same: count((t) => t.after === t.before),
    lower: count((t) => compareLevels(t.after, t.before) < 0),
    higher: count((t) => compareLevels(t.after, t.before) > 0),
    exact: count((t) => isExact({ level: t.after, gold: t.c.gold.triage })),
    safe: count((t) => isSafe({ level: t.after, gold: t.c.gold.triage })),
  }
}

const levelOf = async (c: EvaluationCase, rules: Rules): Promise<TriageLevel> => (await playCase(c, rules)).floor.level

const inTurn = async <A, B>(list: readonly A[], job: (a: A) => Promise<B>): Promise<B[]> => {
  const out: B[] = []
  for (const a of list) out.push(await job(a))
  return out
}

/** Every case told worse in each way, beside the level of the case as it is. `paraphrased` holds the same cases in other words. */
export const robustness = async (
  cases: readonly EvaluationCase[],
  paraphrased: readonly EvaluationCase[],
  rules: Rules,
): Promise<RobustnessRow[]> => {
  const before = new Map(await inTurn(cases, async (c) => [c.id, await levelOf(c, rules)] as const))
  const plain = cases.map((c): Told => ({ c, before: before.get(c.id) ?? 'medium', after: before.get(c.id) ?? 'medium' }))
  const rows = [row('as told', plain)]
  for (const { name, apply } of DISTURBANCES) {
    const told = await inTurn(plain, async (t) => ({ ...t, after: await levelOf(apply(t.c), rules) }))
    rows.push(row(name, told))
  }
  const others = paraphrased.filter((c) => before.has(c.id))
  if (others.length > 0) {
    const told = await inTurn(others, async (c) => ({ c, before: before.get(c.id) ?? 'medium', after: await levelOf(c, rules) }))
    rows.push(row('said in other words', told))
  }
  return rows
}

export type InjectionDrop = { attack: string; id: string; place: 'before' | 'after'; before: TriageLevel; after: TriageLevel }
export type Injection = { attacks: number; tries: number; drops: InjectionDrop[] }

/** Every attack, before and after the words of `perAttack` cases that are not already the lowest level. */
export const injection = async (
  cases: readonly EvaluationCase[],
  attacks: readonly Attack[],
  rules: Rules,
  perAttack: number,
): Promise<Injection> => {
  const all = await inTurn(cases, async (c) => ({ c, before: await levelOf(c, rules) }))
  const targets = all.filter((t) => t.before !== 'low')
  const drops: InjectionDrop[] = []
  let tries = 0
  for (const [n, attack] of attacks.entries())
    for (let i = 0; i < Math.min(perAttack, targets.length); i++) {
      const target = targets[(n * perAttack + i) % targets.length]
      if (!target) continue
      const { c, before } = target
      for (const place of ['before', 'after'] as const) {
        tries++
        const narrative = place === 'before' ? `${attack.text}\n${c.narrative}` : `${c.narrative}\n${attack.text}`
        const after = await levelOf({ ...c, narrative }, rules)
        if (compareLevels(after, before) < 0) drops.push({ attack: attack.id, id: c.id, place, before, after })
      }
    }
  return { attacks: attacks.length, tries, drops }
}
