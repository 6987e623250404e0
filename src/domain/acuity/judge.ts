import type { FiredRule, Floor } from '#contracts/clinical/floor.ts'
import type { LocalizedText } from '#contracts/clinical/language.ts'
import type { TriageLevel } from '#contracts/clinical/triage-level.ts'
import { compareLevels } from '../shared/level.ts'
import { type TriageInput, triage } from '../triage/triage.ts'
import type { Story } from '../understanding/types.ts'

export const ACUITY_ID = 'acuity'

const RAISED: LocalizedText = {
  en: 'The story as a whole resembles those that readers placed at this level (learnt safety net)',
  es: 'El relato en conjunto se parece a los que los lectores pusieron en este nivel (red de seguridad aprendida)',
}
const MILD: LocalizedText = {
  en: 'No rule for safety decided, and the story resembles those that readers placed at self-care (learnt)',
  es: 'No decidió ninguna regla de seguridad, y el relato se parece a los que los lectores pusieron en autocuidado (aprendido)',
}

type Raised = Exclude<TriageLevel, 'low'>
/**
 * How much is known: the first words, before the questions about danger; all that could be asked; or all that and read as a whole,
 * answers included.
 */
export type Extent = 'first-words' | 'asked' | 'whole'
/**
 * Share of readers at a level or above from which the story is raised to it. The questions about danger come first and speak
 * too, so it takes more to call staff before they are asked. Chosen on the tune split (docs/evaluation.md).
 */
const RAISE_FROM: Readonly<Record<Raised, number>> = { emergency: 0.35, high: 0.5, medium: 0.45 }
const CALL_ON_FIRST_WORDS_FROM = 0.7
/** In one shot, below this share at `high` or above what is still open is listed and lifts nothing. */
const CALM_BELOW = 0.15
/**
 * A complaint named so surely is understood, also where no finding is: a letter, a question. Not in a word or two, to which the
 * encoder always finds something to say.
 */
const NAMED_FROM = 0.2
const WORDS_FROM = 4
/** Below this share at `medium` or above, a story on which no rule decided is `low`. */
const LOW_BELOW = 0.4
/** The same where a rule asks for a routine appointment: it takes more to do without. */
const MILD_BELOW = 0.15

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
 * The floor with the learnt safety net (docs/adr/0011, 0012). It can raise the level above what the rules say, never lower what
 * a rule decided for safety's sake. Between a routine appointment and self-care it chooses where no rule decided, and, once
 * the whole was read, where only a routine rule asks for the appointment.
 * Without a story, as when the encoder could not be loaded, the floor stays as it is.
 */
export const withAcuity = (floor: Floor, story: Story | null, extent: Extent, understood = true): Floor => {
  if (!story) return floor
  const from = (level: Raised): number =>
    level === 'emergency' && extent === 'first-words' ? CALL_ON_FIRST_WORDS_FROM : RAISE_FROM[level]
  const raised = (['emergency', 'high', 'medium'] as const).find((level) => atLeast(story, level) >= from(level))
  if (raised && compareLevels(raised, floor.level) > 0)
    return { ...floor, level: raised, fired: [learnt(raised, RAISED), ...floor.fired] }
  if (floor.level !== 'medium' || !understood) return floor
  const decided = floor.fired.filter((r) => r.level === 'medium' && r.kind !== 'default')
  const routine = extent === 'whole' && decided.every((r) => r.kind === 'routine')
  const below = decided.length === 0 ? LOW_BELOW : routine ? MILD_BELOW : 0
  return atLeast(story, 'medium') < below ? { ...floor, level: 'low', fired: [learnt('low', MILD), ...floor.fired] } : floor
}

/**
 * What rules and story together make of it: the rules on what is known, with what is open lifting the level in one shot only
 * where the story as a whole is not calm, then the safety net.
 */
export const judge = (input: Omit<TriageInput, 'calm'>, story: Story | null, extent: Extent): Floor => {
  const calm = input.mode === 'one-shot' && story !== null && atLeast(story, 'high') < CALM_BELOW
  const named = story !== null && story.words >= WORDS_FROM && (story.complaints[0]?.probability ?? 0) >= NAMED_FROM
  const understood = named || [...input.facts.findings.values()].includes('present')
  return withAcuity(triage({ ...input, calm }), story, extent, understood)
}
