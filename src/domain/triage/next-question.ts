import type { Protocol, Question, RedFlag } from '#contracts/content/protocol.ts'
import { questionCodes } from './condition-parts.ts'
import { evaluateCondition } from './evaluate-condition.ts'
import { type Facts, statusOf } from './facts.ts'

/** No patient is asked more than this of one protocol. */
export const MAX_QUESTIONS = 14

export type AskedQuestion = { protocolId: string; question: Question }

/** How a question is named in `asked`: question ids are unique within their protocol only. */
export const questionKey = (protocolId: string, questionId: string): string => `${protocolId}/${questionId}`

type Input = { protocols: readonly Protocol[]; facts: Facts; asked: ReadonlySet<string> }

/** What an answer would tell that is not known yet: codes and, for a measure question, the measure. */
const unknownParts = (question: Question, facts: Facts): string[] => {
  if (question.kind === 'measure') return facts.measures.has(question.measure) ? [] : [question.measure]
  // A choice is asked even when one option is known: that one may hold for another reason than the chosen one.
  return questionCodes(question).filter((code) => statusOf(facts, code) === 'unknown')
}

/** How much an answer could decide: open emergency red flags first, then open high ones. */
const urgency = (parts: readonly string[], open: readonly { level: RedFlag['level']; missing: string[] }[]): number =>
  open
    .filter((flag) => flag.missing.some((m) => parts.includes(m)))
    .reduce((sum, flag) => sum + (flag.level === 'emergency' ? 1000 : 1), 0)

/**
 * The next question worth asking, or null when none is left. Questions that can decide a red flag of any chosen protocol
 * come first, then the others in the order of their file. A question is skipped when its `when` is false, when all it
 * could tell is known, or when all it could tell was asked before and left unanswered. A question whose `when` waits for
 * another open question comes after that one.
 */
export const nextQuestion = ({ protocols, facts, asked }: Input): AskedQuestion | null => {
  const open = protocols.flatMap((p) =>
    p.redFlags.flatMap((flag) => {
      const { value, missing } = evaluateCondition(flag.when, facts)
      return value === 'unknown' ? [{ level: flag.level, missing }] : []
    }),
  )
  const wasAsked = (p: Protocol, q: Question): boolean => asked.has(questionKey(p.id, q.id))
  const askedParts = new Set(
    protocols.flatMap((p) =>
      p.questions.filter((q) => wasAsked(p, q)).flatMap((q) => (q.kind === 'measure' ? [q.measure] : questionCodes(q))),
    ),
  )
  const candidates = protocols.flatMap((p) => {
    if (p.questions.filter((q) => wasAsked(p, q)).length >= MAX_QUESTIONS) return []
    return p.questions.flatMap((question) => {
      if (wasAsked(p, question)) return []
      const when = question.when === undefined ? null : evaluateCondition(question.when, facts)
      if (when?.value === 'false') return []
      const parts = unknownParts(question, facts)
      if (parts.every((part) => askedParts.has(part))) return []
      return [{ protocolId: p.id, question, parts, waitsFor: when?.missing ?? [], urgency: urgency(parts, open) }]
    })
  })
  const answerable = new Set(candidates.flatMap((c) => c.parts))
  const ready = candidates.filter((c) => !c.waitsFor.some((part) => answerable.has(part) && !c.parts.includes(part)))
  const pool = ready.length > 0 ? ready : candidates
  const best = pool.reduce<(typeof pool)[number] | null>((a, b) => (a === null || b.urgency > a.urgency ? b : a), null)
  return best && { protocolId: best.protocolId, question: best.question }
}

/** How many questions are left if every one were skipped: an upper bound, for the progress bar. */
export const openQuestionCount = (input: Input): number => {
  const asked = new Set(input.asked)
  let count = 0
  for (let next = nextQuestion({ ...input, asked }); next; next = nextQuestion({ ...input, asked })) {
    asked.add(questionKey(next.protocolId, next.question.id))
    count++
  }
  return count
}
