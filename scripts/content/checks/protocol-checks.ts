import { TriageLevel } from '#contracts/clinical/triage-level.ts'
import type { Condition } from '#contracts/content/condition.ts'
import type { Protocol } from '#contracts/content/protocol.ts'
import { compareLevels } from '#domain/shared/level.ts'
import { conditionParts, questionCodes } from '#domain/triage/condition-parts.ts'
import type { Path } from '../yaml-source.ts'
import { longestPath } from './longest-path.ts'

export const MAX_QUESTIONS_ON_A_PATH = 14

/** Where a report goes: path inside the protocol, message, and whether it only warns. */
export type Report = (path: Path, message: string, severity?: 'error' | 'warning') => void

/** What the check needs to know of a code. */
export type KnownCode = { kind: 'symptom' | 'sign' | 'history' | 'context'; hasTerms: boolean } | 'broken'

/** Every condition of a protocol with the path that wrote it. */
export const protocolConditions = (p: Protocol): { path: Path; condition: Condition }[] => [
  ...(p.applies === undefined ? [] : [{ path: ['applies'], condition: p.applies }]),
  ...(['questions', 'redFlags', 'levels', 'modifiers', 'considerations', 'actions'] as const).flatMap((list) =>
    p[list].flatMap((item, i) => (item.when === undefined ? [] : [{ path: [list, i, 'when'], condition: item.when }])),
  ),
]

/** Checks inside one protocol: ids, codes, rules for every level, questions that can decide the rules. */
export const checkProtocol = (p: Protocol, known: ReadonlyMap<string, KnownCode>, report: Report): void => {
  checkIds(p, report)
  checkCodes(p, known, report)
  checkLearnable(p, known, report)
  checkLevels(p, report)
  const asked = longestPath(p.questions)
  if (asked > MAX_QUESTIONS_ON_A_PATH) {
    report(
      ['questions'],
      `${asked} questions on one path, at most ${MAX_QUESTIONS_ON_A_PATH}: group some in a "multi" or add "when"`,
    )
  }
}

const checkIds = (p: Protocol, report: Report): void => {
  const unique = (items: readonly { id: string }[], path: Path, seen: Set<string>): void => {
    items.forEach((item, i) => {
      if (seen.has(item.id)) report([...path, i, 'id'], `id "${item.id}" is used twice`)
      seen.add(item.id)
    })
  }
  unique(p.questions, ['questions'], new Set())
  const rules = new Set<string>()
  unique(p.redFlags, ['redFlags'], rules)
  unique(p.levels, ['levels'], rules)
  unique(p.modifiers, ['modifiers'], rules)
  unique(p.considerations, ['considerations'], new Set())
  unique(p.actions, ['actions'], new Set())
  p.questions.forEach((q, i) => {
    if (q.kind === 'choice' || q.kind === 'multi') {
      unique(q.options, ['questions', i, 'options'], new Set())
      const codes = questionCodes(q)
      if (new Set(codes).size < codes.length) report(['questions', i, 'options'], 'two options set the same finding')
    }
    if (q.kind === 'measure' && q.min >= q.max) report(['questions', i, 'min'], 'min must be below max')
  })
}

const checkCodes = (p: Protocol, known: ReadonlyMap<string, KnownCode>, report: Report): void => {
  const code = (name: string, path: Path): void => {
    if (!known.has(name)) report(path, `finding "${name}" is not in the lexicon`)
  }
  p.entry.forEach((name, i) => {
    code(name, ['entry', i])
  })
  p.questions.forEach((q, i) => {
    if (q.kind === 'yes-no') code(q.finding, ['questions', i, 'finding'])
    else if (q.kind !== 'measure') {
      q.options.forEach((o, j) => {
        if (o.finding !== undefined) code(o.finding, ['questions', i, 'options', j, 'finding'])
      })
    }
  })
  for (const { path, condition } of protocolConditions(p)) {
    const parts = conditionParts(condition)
    for (const name of parts.codes) code(name, path)
    for (const fault of shapeFaults(condition)) report(path, fault)
  }
}

/** Conditions that follow the schema but cannot mean what was meant. */
const shapeFaults = (c: Condition): string[] => {
  if (typeof c === 'string') return []
  if ('all' in c) return c.all.flatMap(shapeFaults)
  if ('any' in c) return c.any.flatMap(shapeFaults)
  if ('not' in c) return shapeFaults(c.not)
  if ('atLeast' in c) {
    const own = c.atLeast > c.of.length ? [`atLeast ${c.atLeast} of ${c.of.length} can never be true`] : []
    return [...own, ...c.of.flatMap(shapeFaults)]
  }
  if ('measure' in c && [c.gt, c.gte, c.lt, c.lte].every((n) => n === undefined)) {
    return [`measure ${c.measure} has no bound (gt, gte, lt, lte)`]
  }
  return []
}

const checkLearnable = (p: Protocol, known: ReadonlyMap<string, KnownCode>, report: Report): void => {
  const asked = new Set(p.questions.flatMap(questionCodes))
  const askedMeasures = new Set(p.questions.flatMap((q) => (q.kind === 'measure' ? [q.measure] : [])))
  const background = (name: string): boolean => {
    const k = known.get(name)
    return k === undefined || k === 'broken' || k.kind === 'history' || k.kind === 'context'
  }
  p.redFlags.forEach((flag, i) => {
    const parts = conditionParts(flag.when)
    for (const name of parts.codes) {
      if (asked.has(name) || background(name)) continue
      if (!p.entry.includes(name)) {
        report(['redFlags', i, 'when'], `no question of this protocol asks "${name}", so the red flag would stay open`)
      } else if (p.entry.length > 1) {
        report(
          ['redFlags', i, 'when'],
          `only the patient's words can set "${name}"; ask it, or the red flag stays open`,
          'warning',
        )
      }
    }
    if (parts.codes.length === 0 && parts.measures.length > 0) {
      const how = parts.measures.some((m) => askedMeasures.has(m)) ? 'may be skipped' : 'is never asked'
      report(
        ['redFlags', i, 'when'],
        `rests on ${parts.measures.join(', ')} alone, which ${how}: add a finding people know`,
        'warning',
      )
    }
  })
  const others = [
    ...p.levels.map((r, i) => ({ path: ['levels', i, 'when'] as Path, when: r.when })),
    ...p.modifiers.map((r, i) => ({ path: ['modifiers', i, 'when'] as Path, when: r.when })),
  ]
  for (const { path, when } of others) {
    const parts = conditionParts(when)
    for (const name of parts.codes) {
      const k = known.get(name)
      const fromWords = k !== undefined && k !== 'broken' && k.hasTerms
      if (!asked.has(name) && !background(name) && !fromWords)
        report(path, `"${name}" can never be learnt: ask it or give it terms`)
    }
  }
}

const checkLevels = (p: Protocol, report: Report): void => {
  const rules = [...p.redFlags, ...p.levels].map((r) => r.level as string)
  for (const level of TriageLevel.options) {
    if (p.leastLevel && compareLevels(level, p.leastLevel) < 0) continue
    const present = level === 'emergency' ? p.redFlags.some((r) => r.level === 'emergency') : rules.includes(level)
    if (!present) report([level === 'emergency' ? 'redFlags' : 'levels'], `no rule for level ${level}`)
    if (!p.actions.some((a) => a.levels.includes(level) && a.when === undefined)) {
      report(['actions'], `no action without "when" for level ${level}`)
    }
  }
}
