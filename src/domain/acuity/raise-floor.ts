import type { FiredRule, Floor } from '#contracts/clinical/floor.ts'
import type { LocalizedText } from '#contracts/clinical/language.ts'
import type { Profile } from '#contracts/clinical/profile.ts'
import type { Protocol } from '#contracts/content/protocol.ts'
import { compareLevels } from '../shared/level.ts'
import type { Facts } from '../triage/facts.ts'
import { type AcuityModel, learntLevel } from './acuity.ts'

export const ACUITY_ID = 'acuity'

const REASON: LocalizedText = {
  en: 'The story as a whole resembles those that readers placed at this level (learnt safety net)',
  es: 'El relato en conjunto se parece a los que los lectores pusieron en este nivel (red de seguridad aprendida)',
}

type Told = { words: string; language: string; profile: Profile; facts: Facts; protocols: readonly Protocol[] }

/** The floor with the learnt safety net: it can raise the level, never lower it. Without a model the floor stays as it is. */
export const raiseFloor = (floor: Floor, model: AcuityModel | undefined, told: Told): Floor => {
  const level = model && learntLevel(model, { ...told, protocols: told.protocols.map((p) => p.id), level: floor.level })
  if (!level || compareLevels(level, floor.level) <= 0) return floor
  const rule: FiredRule = { protocolId: ACUITY_ID, ruleId: `learnt-${level}`, kind: 'learnt', level, reason: REASON, because: [] }
  return { ...floor, level, fired: [rule, ...floor.fired] }
}
