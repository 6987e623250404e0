import type { FiredRule, Floor } from '#contracts/clinical/floor.ts'
import type { LocalizedText } from '#contracts/clinical/language.ts'
import type { TriageLevel } from '#contracts/clinical/triage-level.ts'
import type { Protocol } from '#contracts/content/protocol.ts'
import { compareLevels } from '../shared/level.ts'
import { type AcuityModel, acuity } from './acuity.ts'
import type { AcuityInput } from './features.ts'

export const ACUITY_ID = 'acuity'

const RAISED: LocalizedText = {
  en: 'The story as a whole resembles those that readers placed at this level (learnt safety net)',
  es: 'El relato en conjunto se parece a los que los lectores pusieron en este nivel (red de seguridad aprendida)',
}
const MILD: LocalizedText = {
  en: 'No rule decided, and the story resembles those that readers placed at self-care (learnt)',
  es: 'Ninguna regla decidió, y el relato se parece a los que los lectores pusieron en autocuidado (aprendido)',
}

export type Told = Pick<AcuityInput, 'words' | 'language' | 'profile' | 'facts' | 'hints'> & { protocols: readonly Protocol[] }

/** What the acuity model reads of a story and of what the rules made of it. */
export const acuityInput = (floor: Floor, told: Told): AcuityInput => ({
  ...told,
  protocols: told.protocols.map((p) => p.id),
  level: floor.level,
  fired: floor.fired.map((r) => `${r.protocolId}/${r.ruleId}`),
})

const learnt = (level: TriageLevel, reason: LocalizedText): FiredRule => ({
  protocolId: ACUITY_ID,
  ruleId: `learnt-${level}`,
  kind: 'learnt',
  level,
  reason,
  because: [],
})

/**
 * The most urgent reading of the whole story and of each of its paragraphs, so that text put before or after it on a line of
 * its own cannot thin it out.
 */
const judgeParts = (model: AcuityModel, input: AcuityInput): ReturnType<typeof acuity> => {
  const lines = input.words.split(/[\r\n]+/).filter((line) => line.trim() !== '')
  const readings = [input.words, ...(lines.length > 1 ? lines : [])].map((words) => acuity(model, { ...input, words }))
  return (readings[0] ?? []).map((head, i) => ({
    ...head,
    probability: Math.max(...readings.map((reading) => reading[i]?.probability ?? 0)),
  }))
}

/**
 * The floor with the learnt safety net (docs/adr/0010). It can raise the level above what the rules say, never lower what
 * a rule decided. Only where no rule decided at all and nothing is open does it choose between `medium` and `low`.
 * Without a model the floor stays as it is. `told` comes with what the rules say in one shot (`stated`): in the middle of an
 * interview every unasked red flag is open, and that says nothing about the story.
 */
export const withAcuity = (floor: Floor, model: AcuityModel | undefined, told: Told, stated: Floor = floor): Floor => {
  if (!model) return floor
  const judged = judgeParts(model, acuityInput(stated, told))
  const raised = judged.findLast((a) => a.probability >= a.threshold)?.level
  if (raised && compareLevels(raised, floor.level) > 0)
    return { ...floor, level: raised, fired: [learnt(raised, RAISED), ...floor.fired] }
  const undecided = floor.level === 'medium' && floor.fired.every((r) => r.kind === 'default' || r.level === 'low')
  const mild = (judged.find((a) => a.level === 'medium')?.probability ?? 1) < model.lowBelow
  return undecided && mild ? { ...floor, level: 'low', fired: [learnt('low', MILD), ...floor.fired] } : floor
}
