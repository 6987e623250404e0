import type { FiredRule, Floor } from '#contracts/clinical/floor.ts'
import type { LocalizedText } from '#contracts/clinical/language.ts'
import type { TriageLevel } from '#contracts/clinical/triage-level.ts'
import { compareLevels } from '../shared/level.ts'
import { type TriageInput, type TriageMode, triage } from '../triage/triage.ts'
import type { Story } from '../understanding/types.ts'

export const ACUITY_ID = 'acuity'

const RAISED: LocalizedText = {
  en: 'The story as a whole resembles those that readers placed at this level (learnt safety net)',
  es: 'El relato en conjunto se parece a los que los lectores pusieron en este nivel (red de seguridad aprendida)',
}
const MILD: LocalizedText = {
  en: 'No rule decided, and the story resembles those that readers placed at self-care (learnt)',
  es: 'Ninguna regla decidió, y el relato se parece a los que los lectores pusieron en autocuidado (aprendido)',
}

type Raised = Exclude<TriageLevel, 'low'>
/**
 * Share of readers at a level or above from which the story is raised to it. In an interview the questions about danger come
 * first and speak too, so it takes more to call staff before they are asked. Chosen on the tune split (docs/evaluation.md).
 */
const RAISE_FROM: Readonly<Record<TriageMode, Readonly<Record<Raised, number>>>> = {
  'one-shot': { emergency: 0.3, high: 0.5, medium: 0.5 },
  interview: { emergency: 0.7, high: 0.5, medium: 0.5 },
}
/** In one shot, below this share at `high` or above what is still open is listed and lifts nothing. */
const CALM_BELOW = 0.15
/** A complaint named so surely is understood, also where no finding is. */
const NAMED_FROM = 0.5
/** Below this share at `medium` or above, a story on which no rule decided is `low`. */
const LOW_BELOW = 0.4

const learnt = (level: TriageLevel, reason: LocalizedText): FiredRule => ({
  protocolId: ACUITY_ID,
  ruleId: `learnt-${level}`,
  kind: 'learnt',
  level,
  reason,
  because: [],
})

/** Share of readers at `level` or above. */
const atLeast = ({ level: shares }: Story, level: Raised): number =>
  shares.emergency + (level === 'emergency' ? 0 : shares.high) + (level === 'medium' ? shares.medium : 0)

/**
 * The floor with the learnt safety net (docs/adr/0011). It can raise the level above what the rules say, never lower what
 * a rule decided. Only where no rule decided at all, and something was understood, does it choose between `medium` and `low`.
 * Without a story, as when the encoder could not be loaded, the floor stays as it is.
 */
export const withAcuity = (floor: Floor, story: Story | null, mode: TriageMode, understood = true): Floor => {
  if (!story) return floor
  const raised = (['emergency', 'high', 'medium'] as const).find((level) => atLeast(story, level) >= RAISE_FROM[mode][level])
  if (raised && compareLevels(raised, floor.level) > 0)
    return { ...floor, level: raised, fired: [learnt(raised, RAISED), ...floor.fired] }
  const undecided = floor.level === 'medium' && floor.fired.every((r) => r.kind === 'default' || r.level === 'low')
  return undecided && understood && atLeast(story, 'medium') < LOW_BELOW
    ? { ...floor, level: 'low', fired: [learnt('low', MILD), ...floor.fired] }
    : floor
}

/**
 * What rules and story together make of it: the rules on what is known, with what is open lifting the level in one shot only
 * where the story as a whole is not calm, then the safety net.
 */
export const judge = (input: Omit<TriageInput, 'calm'>, story: Story | null): Floor => {
  const calm = input.mode === 'one-shot' && story !== null && atLeast(story, 'high') < CALM_BELOW
  const named = (story?.complaints[0]?.probability ?? 0) >= NAMED_FROM
  const understood = named || [...input.facts.findings.values()].includes('present')
  return withAcuity(triage({ ...input, calm }), story, input.mode, understood)
}
