import type { Assessment, Statement } from '#contracts/clinical/assessment.ts'
import { Handover, handoverWords, MOST_HANDOVER_WORDS } from '#contracts/clinical/handover.ts'
import { parseOutput } from './parse.ts'
import type { AssessmentInput } from './prompt.ts'
import { beginnings, capital, type Piece, type Section, sectionLabels, sectionsGraph, type TextGraph, who } from './text-graph.ts'

/** How the last part ends; the only words of a hand-over that are the same for all. */
export const NURSE_REVIEW = 'Requires nurse review.'
export const NOTHING_ELSE = 'Nothing of note reported.'

/** Statements of one part; the first stands however long it is. */
const STATEMENT_WORDS = 30
/** Who, joints and fixed phrases on the longest way. */
const FIXED_WORDS = 32
const LEAST_LABEL_WORDS = 10

const wordsIn = (text: string): number => text.split(/\s+/).length

/** Statements of an assessment that passed the validator, as many as the words leave room for; the first always. */
const fitting = (statements: readonly Statement[]): string[] => {
  let room = STATEMENT_WORDS
  return statements
    .map((s) => s.text)
    .filter((text, i) => {
      const words = wordsIn(text)
      if (i > 0 && words > room) return false
      room -= words
      return true
    })
}

/** Whole sentences in their order, at least one of them, then `tail`. */
const sentences = (texts: readonly string[], start: Piece[], tail: readonly Piece[]): TextGraph => {
  const next: Record<string, Piece[]> = {}
  const from = (at: number): Piece[] => texts.slice(at).map((text, i): Piece => [` ${text}`, `t${at + i}`])
  texts.forEach((_, i) => {
    next[`t${i}`] = [...from(i + 1), ...tail]
  })
  next.start = from(0)
  return { start, next, end: ['end'] }
}

/**
 * JSON Schema of the SBAR hand-over (contracts/clinical/handover.ts) of a case whose assessment passed the validator. It can say
 * nothing new: findings stand where their status allows, statements are those of the assessment, and it ends with the nurse's review.
 */
export const handoverSchema = (
  input: AssessmentInput,
  assessment: Assessment,
  isBackground: (code: string) => boolean,
): Readonly<Record<string, unknown>> => {
  const [concerns, actions] = [fitting(assessment.concerns), fitting(assessment.actions)]
  const used = [...concerns, ...actions].reduce((sum, text) => sum + wordsIn(text), FIXED_WORDS)
  const labels = sectionLabels(input, isBackground, Math.max(LEAST_LABEL_WORDS, MOST_HANDOVER_WORDS - used), wordsIn)
  const complaint = input.complaints[0]?.toLowerCase() ?? 'a complaint'
  const stop: Piece[] = [['.', 'end']]
  const situation: TextGraph = {
    start: [[`${capital(who(input))} with`, 'with']],
    next: {
      ...sectionsGraph([{ name: 's', labels: labels.symptoms, first: ' ', more: [', ', ' and '], whole: true }], stop),
      with: labels.symptoms[0] ? [[` ${labels.symptoms[0].label}`, 's0']] : [[` ${complaint}.`, 'end']],
    },
    end: ['end'],
  }
  const parts: Section[] = [
    { name: 'b', labels: labels.background, first: 'background of ', more: [', ', ' and '], whole: true },
    { name: 'a', labels: labels.absent, first: 'no reported ', more: [' or '], whole: false },
    { name: 'u', labels: labels.unknown, first: 'not known: ', more: [' and '], whole: true },
  ]
  const begun = beginnings(parts)
  const background: TextGraph = {
    start: begun.length > 0 ? begun : [[NOTHING_ELSE, 'end']],
    next: sectionsGraph(
      parts.map((s) => ({ ...s, first: `; ${s.first}` })),
      stop,
    ),
    end: ['end'],
  }
  const review: Piece[] = [[` ${NURSE_REVIEW}`, 'end']]
  const properties = {
    situation: { type: 'string', graph: situation },
    background: { type: 'string', graph: background },
    // An assessment has at least one concern: the level alone would tell the nurse nothing.
    assessment: {
      type: 'string',
      graph: {
        ...sentences(concerns, [[`Preliminary level ${assessment.level}.`, 'start']], []),
        end: ['t0', 't1', 't2', 't3'],
      },
    },
    recommendation: { type: 'string', graph: sentences(actions, [['Recommended:', 'start']], review) },
  }
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false }
}

/** A hand-over as it may stand in a packet; null for anything else. */
export const parseHandover = (text: string): Handover | null => {
  const parsed = parseOutput(text)
  const whole = parsed.ok ? Handover.safeParse(parsed.value) : null
  return whole?.success && handoverWords(whole.data) <= MOST_HANDOVER_WORDS ? whole.data : null
}
