import type { Assessment } from '#contracts/clinical/assessment.ts'
import { Handover, handoverWords, MOST_HANDOVER_WORDS } from '#contracts/clinical/handover.ts'
import { parseOutput } from './parse.ts'
import type { AssessmentInput } from './prompt.ts'
import { ACTION, choiceGraph, restsOn, type Told, tell } from './text-graph.ts'

/** How the last part ends; the only words of a hand-over that are the same for all. */
export const NURSE_REVIEW = 'Requires nurse review.'
export const NOTHING_ELSE = 'Nothing else reported.'

/** Level, the nurse's review, what the visit is about. */
const FIXED_WORDS = 16
/** Who, heads of lists, counts of what found no room. */
const HEAD_WORDS = 14

const wordsIn = (text: string): number => text.split(/\s+/).length
const sentences = (texts: readonly string[]): string => texts.map((t) => `${t}.`).join(' ')

/** An action as it is said: what it is about was told before, and a sentence that another one begins with is said once. */
const spokenActions = (texts: readonly string[]): string[] => {
  const bare = texts.map((t) => Object.values(ACTION).find((a) => t.startsWith(`${a}:`)) ?? t.replace(/\.$/, ''))
  return [...new Set(bare.map((t) => bare.find((o) => o.length > t.length && o.startsWith(t)) ?? t))].map((t) => `${t}.`)
}

/** The part is named background already: its list needs no head. */
const unheaded = (text: string): string => text.replace(/^Background: (.)/u, (_, first: string) => first.toUpperCase())

export type HandoverText = {
  situation: string
  told: Told
  /** The first is always said; the others while there is room for words. */
  assessment: string[]
  recommendation: string[]
}

/**
 * All that the hand-over of an assessment may say, within {@link MOST_HANDOVER_WORDS}: first statements, findings, what the level
 * rests on, further statements, in this order as far as the words go.
 */
export const handoverText = (
  input: AssessmentInput,
  assessment: Assessment,
  isBackground: (code: string) => boolean,
): HandoverText => {
  const rests = restsOn(input)?.text
  const concerns = assessment.concerns.map((s) => s.text).filter((text) => text !== rests)
  const [firstConcern = '', ...otherConcerns] = concerns.length > 0 || rests === undefined ? concerns : [rests]
  const [firstAction = '', ...otherActions] = spokenActions(assessment.actions.map((s) => s.text))
  let left = MOST_HANDOVER_WORDS - FIXED_WORDS - wordsIn(firstConcern) - wordsIn(firstAction)
  // A stroke between two labels is a word to the count.
  const all = tell(input, isBackground, left - HEAD_WORDS, (text) => wordsIn(text) + 1)
  const told = { ...all, background: all.background.map(unheaded) }
  left -= wordsIn([...told.situation, ...told.background, ...told.denied].join(' '))
  const take = (text: string): boolean => {
    const fits = wordsIn(text) <= left
    left -= fits ? wordsIn(text) : 0
    return fits
  }
  const [patient = '', ...situation] = told.situation
  const about = situation[0]?.startsWith('Reported: ')
    ? []
    : [`Visit about: ${input.complaints[0]?.toLowerCase() ?? 'not stated'}`]
  const why = rests !== undefined && rests !== firstConcern && take(rests) ? [rests] : []
  return {
    situation: sentences([patient, ...about, ...situation]),
    told,
    assessment: [[`Preliminary level ${assessment.level}.`, ...why, firstConcern].join(' '), ...otherConcerns.filter(take)],
    recommendation: [firstAction, ...otherActions.filter(take)],
  }
}

/**
 * JSON Schema of the SBAR hand-over (contracts/clinical/handover.ts) of a case whose assessment passed the validator. It can say
 * nothing new: findings stand behind the head of their status, statements are those of the assessment, and it ends with the nurse's
 * review. The model chooses which denials and which further statements it tells.
 */
export const handoverSchema = (
  input: AssessmentInput,
  assessment: Assessment,
  isBackground: (code: string) => boolean,
): Readonly<Record<string, unknown>> => {
  const { situation, told, assessment: assessed, recommendation } = handoverText(input, assessment, isBackground)
  const background = [...told.background, ...told.denied.slice(0, 1)].join('. ')
  const sayAll = ([first = '', ...others]: readonly string[], last: readonly string[] = []) => ({
    type: 'string',
    graph: choiceGraph(
      first,
      others.map((text) => ` ${text}`),
      last,
    ),
  })
  const properties = {
    situation: { const: situation },
    background:
      background === ''
        ? { const: NOTHING_ELSE }
        : { type: 'string', graph: choiceGraph(background, told.denied.slice(1), ['.']) },
    assessment: sayAll(assessed),
    recommendation: sayAll(recommendation, [` ${NURSE_REVIEW}`]),
  }
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false }
}

/** A hand-over as it may stand in a packet; null for anything else. */
export const parseHandover = (text: string): Handover | null => {
  const parsed = parseOutput(text)
  const whole = parsed.ok ? Handover.safeParse(parsed.value) : null
  return whole?.success && handoverWords(whole.data) <= MOST_HANDOVER_WORDS ? whole.data : null
}
