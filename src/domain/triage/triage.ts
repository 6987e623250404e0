import type { MeasureName } from '#contracts/clinical/finding.ts'
import { MeasureName as MeasureNames } from '#contracts/clinical/finding.ts'
import type { FiredRule, Floor, OpenRedFlag } from '#contracts/clinical/floor.ts'
import type { TriageLevel } from '#contracts/clinical/triage-level.ts'
import type { Condition } from '#contracts/content/condition.ts'
import type { LevelRule, Protocol, RedFlag } from '#contracts/content/protocol.ts'
import type { Vitals } from '#contracts/content/vitals.ts'
import { compareLevels, mostUrgent } from '../shared/level.ts'
import { conditionParts } from './condition-parts.ts'
import { evaluateCondition } from './evaluate-condition.ts'
import { type Facts, statusOf } from './facts.ts'
import { scoreVitals } from './score-vitals.ts'
import { DEFAULT_REASON, OPEN_REASON, universalRules } from './universal-rules.ts'

/** `interview`: questions were offered, so an open red flag counts. `one-shot`: nobody could be asked. */
export type TriageMode = 'interview' | 'one-shot'

export type TriageInput = {
  protocols: readonly Protocol[]
  facts: Facts
  mode: TriageMode
  vitals: Vitals
  /** One-shot: the story as a whole is not urgent, so what is open is listed and lifts nothing. */
  calm?: boolean | undefined
}

type Open = OpenRedFlag & { lifts: boolean; because: string[] }

const kindOrder: Readonly<Record<FiredRule['kind'], number>> = {
  'red-flag': 0,
  vitals: 1,
  level: 2,
  routine: 3,
  modifier: 4,
  'open-red-flag': 5,
  learnt: 6,
  default: 7,
}

/**
 * The lowest level the rules allow. Several protocols: the most urgent wins. Pure and total; the model may raise the
 * level later, never lower it. `fired` is most urgent first.
 */
export const triage = ({ protocols, facts, mode, vitals, calm = false }: TriageInput): Floor => {
  const perProtocol = protocols.map((p) => triageProtocol(p, facts, mode, calm))
  const measured = scoreVitals(vitals, facts)
  const liftedVitals = measured.open.map((o) => openRule({ ...o, lifts: true, because: [] }))
  const fired = [
    ...perProtocol.flatMap((p) => p.fired),
    ...universalRules(facts),
    ...measured.fired,
    ...liftedVitals,
    ...(protocols.length === 0 ? [defaultRule('none')] : []),
  ]
  return {
    level: mostUrgent(fired.map((r) => r.level)),
    fired: fired.sort((a, b) => compareLevels(b.level, a.level) || kindOrder[a.kind] - kindOrder[b.kind]),
    open: [...perProtocol.flatMap((p) => p.open), ...measured.open],
    byProtocol: perProtocol.map(({ protocolId, level }) => ({ protocolId, level })),
  }
}

const triageProtocol = (
  protocol: Protocol,
  facts: Facts,
  mode: TriageMode,
  calm: boolean,
): { protocolId: string; level: TriageLevel; fired: FiredRule[]; open: OpenRedFlag[] } => {
  const protocolId = protocol.id
  const fired: FiredRule[] = []
  /** One level rule. Nobody could be asked in one shot: what a `low` rule needs denied then counts as denied by silence. */
  const heldBySilence = (when: Condition): boolean => {
    const { value, missing } = evaluateCondition(when, facts, 'absent')
    return value === 'true' || (value === 'unknown' && missing.every(isMeasure))
  }
  const fire = (
    kind: FiredRule['kind'],
    rule: Pick<RedFlag, 'id' | 'when' | 'reason'> & { cite?: string | undefined },
    level: TriageLevel,
  ): void => {
    const { value, because } = evaluateCondition(rule.when, facts)
    const silent = mode === 'one-shot' && kind === 'level' && level === 'low' && heldBySilence(rule.when)
    if (value !== 'true' && !silent) return
    const cite = rule.cite === undefined ? {} : { cite: rule.cite }
    fired.push({ protocolId, ruleId: rule.id, kind, level, reason: rule.reason, because, ...cite })
  }
  for (const flag of protocol.redFlags) fire('red-flag', flag, flag.level)
  // Where a complaint is never below a level, no appointment at that level is mere order of service.
  const routine = (rule: LevelRule): boolean => rule.routine === true && rule.level !== protocol.leastLevel
  for (const rule of protocol.levels) fire(routine(rule) ? 'routine' : 'level', rule, rule.level)
  for (const modifier of protocol.modifiers) fire('modifier', modifier, modifier.atLeast)
  const open = openRedFlags(protocol, facts, mode, calm)
  fired.push(...open.filter((o) => o.lifts).map(openRule))
  const least = protocol.leastLevel
  const decided = mostUrgent(fired.map((r) => r.level))
  if (fired.length === 0 || (least && compareLevels(decided, least) < 0)) fired.push(defaultRule(protocolId, least))
  return {
    protocolId,
    level: mostUrgent(fired.map((r) => r.level)),
    fired,
    open: open.map(({ lifts: _, because: __, ...o }) => o),
  }
}

/** Nothing else decided: `medium`, or the least level of a complaint that is never below it, which is a rule of its own. */
const defaultRule = (protocolId: string, least?: TriageLevel): FiredRule => ({
  protocolId,
  ruleId: least === undefined ? 'default' : 'least-level',
  kind: least === undefined ? 'default' : 'level',
  level: least ?? 'medium',
  reason: DEFAULT_REASON,
  because: [],
})

/** An undecided red flag asks for someone to look the same day; it does not claim the emergency itself. */
const openRule = ({ protocolId, ruleId, reason, because }: Open): FiredRule => ({
  protocolId,
  ruleId,
  kind: 'open-red-flag',
  level: 'high',
  reason: { en: `${OPEN_REASON.en}: ${reason.en}`, es: `${OPEN_REASON.es}: ${reason.es}` },
  because,
})

/** Red flags that cannot be decided. Which of them lift the level depends on whether anybody could have been asked. */
const openRedFlags = (protocol: Protocol, facts: Facts, mode: TriageMode, calm: boolean): Open[] => {
  const asked = new Set(protocol.questions.flatMap((q) => (q.kind === 'measure' ? [q.measure] : [])))
  // A vital sign that nobody is asked for (no device at the kiosk) is listed as missing but does not lift by itself.
  const neverAsked = (name: string): boolean => isMeasure(name) && !asked.has(name)
  return protocol.redFlags.flatMap((flag): Open[] => {
    const { value, missing } = evaluateCondition(flag.when, facts)
    if (value !== 'unknown') return []
    const because = conditionParts(flag.when).codes.filter((c) => statusOf(facts, c) === 'present')
    const partly = because.some((c) => !protocol.entry.includes(c))
    const lifts = mode === 'interview' ? !missing.every(neverAsked) : partly && !calm
    return [{ protocolId: protocol.id, ruleId: flag.id, level: flag.level, reason: flag.reason, missing, lifts, because }]
  })
}

const isMeasure = (name: string): name is MeasureName => (MeasureNames.options as readonly string[]).includes(name)

/** The most urgent red flag that holds, or null. */
export const firstRedFlag = (floor: Floor): FiredRule | null => floor.fired.find((r) => r.kind === 'red-flag') ?? null

/** The rule that makes this an emergency, whichever kind it is, or null: questions stop and staff are alerted. */
export const emergencyRule = (floor: Floor): FiredRule | null => floor.fired.find((r) => r.level === 'emergency') ?? null
