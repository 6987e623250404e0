import type { Derived } from './derive.ts'
import { pregnancyPossible } from './history.ts'
import type { IntakeModel, QuestionRef, Step } from './model.ts'

export type Place = { step: Step; asking: QuestionRef | null }

const at = (step: Step): Place => ({ step, asking: null })

/** The first thing not yet answered; `review` when nothing is left. Changing an answer can open a question again. */
export const nextPlace = (model: IntakeModel, derived: Derived): Place => {
  if (!model.consented) return at('consent')
  if (model.reporter === null) return at('who')
  if (model.age === null) return at('age')
  if (model.sex === null) return at('sex')
  if (model.pregnancy === null && pregnancyPossible(derived.profile)) return at('pregnancy')
  if (model.words === '') return at('words')
  if (model.reading === 'waiting') return at('reading')
  if (!model.confirmed) return at('confirm')
  if (derived.next)
    return { step: 'question', asking: { protocolId: derived.next.protocolId, questionId: derived.next.question.id } }
  if (!model.historySeen) return at('history')
  return at(model.vitalsSeen ? 'review' : 'vitals')
}

const BEFORE: readonly Step[] = ['language', 'consent', 'who', 'age', 'sex', 'pregnancy', 'words', 'reading', 'confirm']
const AFTER: readonly Step[] = ['history', 'vitals', 'review']

/** Where "back" leads, or null where there is no way back. Questions are gone through one by one. */
export const previousPlace = (model: IntakeModel, derived: Derived): Place | null => {
  const shown = (step: Step): boolean => step !== 'reading' && (step !== 'pregnancy' || pregnancyPossible(derived.profile))
  const question = (i: number): Place => {
    const answered = derived.active[i]?.answered
    return answered
      ? { step: 'question', asking: { protocolId: answered.protocolId, questionId: answered.questionId } }
      : at('confirm')
  }
  if (model.step === 'question') {
    const i = derived.active.findIndex(
      ({ answered }) => answered.protocolId === model.asking?.protocolId && answered.questionId === model.asking?.questionId,
    )
    return question((i < 0 ? derived.active.length : i) - 1)
  }
  const after = AFTER.indexOf(model.step)
  if (after > 0) return at(AFTER[after - 1] ?? 'history')
  if (after === 0) return question(derived.active.length - 1)
  const step = BEFORE.slice(0, Math.max(0, BEFORE.indexOf(model.step))).findLast(shown)
  return step === undefined ? null : at(step)
}

/** How far along the intake is, for the progress bar: 0 to 1. Never claims more than is certain. */
export const progress = (model: IntakeModel, derived: Derived): number => {
  const weights: readonly [Step, number][] = [
    ['language', 1],
    ['consent', 1],
    ['who', 1],
    ['age', 1],
    ['sex', 1],
    ['pregnancy', 1],
    ['words', 2],
    ['reading', 0],
    ['confirm', 1],
    ['question', Math.max(6, derived.active.length + derived.left)],
    ['history', 2],
    ['vitals', 1],
    ['review', 1],
  ]
  const total = weights.reduce((sum, [, w]) => sum + w, 0)
  let done = 0
  for (const [step, w] of weights) {
    if (step === model.step) return (done + (step === 'question' ? Math.min(w - 1, derived.active.length) : 0)) / total
    done += w
  }
  return 1
}
