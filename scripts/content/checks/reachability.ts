import type { Age, Sex } from '#contracts/clinical/profile.ts'
import type { Condition } from '#contracts/content/condition.ts'
import type { LexiconEntry } from '#contracts/content/lexicon.ts'
import type { Protocol } from '#contracts/content/protocol.ts'
import { conditionParts, questionCodes } from '#domain/triage/condition-parts.ts'
import { closure as closureOf } from '#domain/triage/facts.ts'
import type { Path } from '../yaml-source.ts'
import { protocolConditions, type Report } from './protocol-checks.ts'

const DAYS: Readonly<Record<Age['unit'], number>> = { day: 1, week: 7, month: 30.4375, year: 365.25 }
const days = (a: Age): number => a.value * DAYS[a.unit]

/** One way for a condition to be true: what must be present, absent, and how old, of which sex and how much. */
type Way = {
  present: ReadonlySet<string>
  absent: ReadonlySet<string>
  age: readonly [number, number]
  sex: Exclude<Sex, 'unknown'> | null
  measures: ReadonlyMap<string, readonly [number, number]>
}
const ANY: Way = { present: new Set(), absent: new Set(), age: [0, Number.POSITIVE_INFINITY], sex: null, measures: new Map() }
/** Ways kept at once; what is cut off can only hide a dead rule, never invent one. */
const MOST_WAYS = 2000

const meet = (a: readonly [number, number], b: readonly [number, number]): readonly [number, number] => [
  Math.max(a[0], b[0]),
  Math.min(a[1], b[1]),
]

/** Both at once; null where they contradict each other. `closure` adds what a present finding implies. */
const join = (a: Way, b: Way, closure: (code: string) => ReadonlySet<string>): Way | null => {
  const present = new Set([...a.present, ...b.present].flatMap((c) => [...closure(c)]))
  const absent = new Set([...a.absent, ...b.absent])
  const age = meet(a.age, b.age)
  const measures = new Map(a.measures)
  for (const [name, range] of b.measures)
    measures.set(name, meet(measures.get(name) ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY], range))
  const clash =
    [...absent].some((c) => present.has(c)) ||
    age[0] >= age[1] ||
    (a.sex !== null && b.sex !== null && a.sex !== b.sex) ||
    [...measures.values()].some(([low, high]) => low > high)
  return clash ? null : { present, absent, age, sex: a.sex ?? b.sex, measures }
}

const leafWay = (c: Exclude<Condition, string>): Way => {
  if ('absent' in c) return { ...ANY, absent: new Set([c.absent]) }
  if ('ageAtLeast' in c) return { ...ANY, age: [days(c.ageAtLeast), Number.POSITIVE_INFINITY] }
  if ('ageBelow' in c) return { ...ANY, age: [0, days(c.ageBelow)] }
  if ('sex' in c) return { ...ANY, sex: c.sex }
  if ('measure' in c)
    return {
      ...ANY,
      measures: new Map([[c.measure, [c.gt ?? c.gte ?? Number.NEGATIVE_INFINITY, c.lt ?? c.lte ?? Number.POSITIVE_INFINITY]]]),
    }
  return ANY
}

const negated = (c: Condition): Condition => {
  if (typeof c === 'string') return { absent: c }
  if ('absent' in c) return c.absent
  if ('not' in c) return c.not
  if ('all' in c) return { any: c.all.map(negated) }
  if ('any' in c) return { all: c.any.map(negated) }
  if ('atLeast' in c) return { atLeast: c.of.length - c.atLeast + 1, of: c.of.map(negated) }
  if ('ageAtLeast' in c) return { ageBelow: c.ageAtLeast }
  if ('ageBelow' in c) return { ageAtLeast: c.ageBelow }
  if ('sex' in c) return { sex: c.sex === 'male' ? 'female' : 'male' }
  const { measure, gt, gte, lt, lte } = c
  const parts: Condition[] = []
  if ((gt ?? gte) !== undefined) parts.push({ measure, lt: gt ?? gte })
  if ((lt ?? lte) !== undefined) parts.push({ measure, gt: lt ?? lte })
  return parts.length === 0 ? c : { any: parts }
}

/** Ways for a condition to be true, contradictions left out. */
const ways = (c: Condition, closure: (code: string) => ReadonlySet<string>): Way[] => {
  const all = (parts: readonly Condition[]): Way[] =>
    parts.reduce<Way[]>(
      (held, part) => {
        const next = ways(part, closure)
        return held.flatMap((a) => next.flatMap((b) => join(a, b, closure) ?? [])).slice(0, MOST_WAYS)
      },
      [ANY],
    )
  if (typeof c === 'string') return [{ ...ANY, present: closure(c) }]
  if ('all' in c) return all(c.all)
  if ('any' in c) return c.any.flatMap((part) => ways(part, closure)).slice(0, MOST_WAYS)
  if ('not' in c) return ways(negated(c.not), closure)
  if ('atLeast' in c) {
    const choose = (from: readonly Condition[], n: number): Condition[][] =>
      n === 0 ? [[]] : from.flatMap((x, i) => choose(from.slice(i + 1), n - 1).map((rest) => [x, ...rest]))
    return choose(c.of, Math.max(0, c.atLeast)).flatMap(all).slice(0, MOST_WAYS)
  }
  return [leafWay(c)]
}

/** The condition with every finding left open: `all: []` is true of everybody. */
const withoutCodes = (c: Condition): Condition => {
  if (typeof c === 'string' || 'absent' in c || 'not' in c || 'atLeast' in c) return { all: [] }
  if ('all' in c) return { all: c.all.map(withoutCodes) }
  if ('any' in c) return { any: c.any.map(withoutCodes) }
  return c
}

/** Dead rules, questions nobody can be asked, and questions whose answer changes nothing. */
export const checkReachable = (p: Protocol, lexicon: ReadonlyMap<string, LexiconEntry>, report: Report): void => {
  const remembered = new Map<string, ReadonlySet<string>>()
  const closure = (code: string): ReadonlySet<string> => {
    const known = remembered.get(code) ?? closureOf([code], lexicon)
    remembered.set(code, known)
    return known
  }
  const gate: Condition = p.applies === undefined ? { all: [{ any: [...p.entry] }] } : p.applies
  const possible = (when: Condition): boolean => ways({ all: [when, gate] }, closure).length > 0

  const rules = protocolConditions(p).filter(({ path }) => path[0] !== 'applies')
  for (const { path, condition } of rules)
    if (path[0] !== 'questions' && !possible(condition)) report(path, 'can never be true')
    // What is not known yet does not keep a question back: only age and sex can.
    else if (path[0] === 'questions' && !possible(withoutCodes(condition))) report(path, 'nobody can ever be asked this')

  const read = new Set(
    protocolConditions(p).flatMap(({ condition }) => [...conditionParts(condition).codes, ...conditionParts(condition).measures]),
  )
  p.questions.forEach((q, i) => {
    const told = q.kind === 'measure' ? [q.measure] : questionCodes(q).flatMap((code) => [...closure(code)])
    const path: Path = ['questions', i]
    if (!told.some((code) => read.has(code) || p.entry.includes(code)))
      report(path, 'no rule of this protocol reads the answer', q.kind === 'measure' ? 'warning' : 'error')
    if (q.kind === 'choice' || q.kind === 'multi')
      q.options.forEach((o, j) => {
        if (o.finding === undefined) return
        const useful = [...closure(o.finding)].some(
          (code) => read.has(code) || p.entry.includes(code) || lexicon.get(code)?.escalate,
        )
        if (!useful) report([...path, 'options', j, 'finding'], `no rule of this protocol reads "${o.finding}"`, 'warning')
      })
  })
}

/** Findings that no protocol enters by, asks or reads, and that are not background: nothing can come of them. */
export const unusedCodes = (protocols: readonly Protocol[], lexicon: readonly LexiconEntry[]): string[] => {
  const used = new Set(
    protocols.flatMap((p) => [
      ...p.entry,
      ...p.questions.flatMap(questionCodes),
      ...protocolConditions(p).flatMap(({ condition }) => conditionParts(condition).codes),
    ]),
  )
  return lexicon
    .filter(
      (e) => e.kind !== 'history' && e.kind !== 'context' && !used.has(e.code) && !(e.implies ?? []).some((c) => used.has(c)),
    )
    .map((e) => e.code)
}
