import type { Finding, FindingCode } from '#contracts/clinical/finding.ts'
import type { NarrativeReading } from '#contracts/workers/understanding.ts'
import { entriesOf } from '../triage/facts.ts'
import { answersText } from '../understanding/encoder/answers-text.ts'
import type { Understanding } from '../understanding/types.ts'
import { storyOf, understand } from '../understanding/understand.ts'
import type { Answer } from './answer.ts'
import { inMeasureUnit } from './answer.ts'
import { type Derived, derive, type IntakeDeps, profileOf, readingKey, storyOfIntake } from './derive.ts'
import type { IntakeEffect, IntakeEvent } from './events.ts'
import { type IntakeError, type IntakeModel, initialIntake } from './model.ts'
import { packetDraft } from './packet-draft.ts'
import { readAge, readVitals } from './read-numbers.ts'
import { nextPlace, previousPlace } from './steps.ts'
import { rejectedWith } from './understood.ts'

export type IntakeStep = { model: IntakeModel; effects: readonly IntakeEffect[] }

/** Characters; the packet's own limits. */
export const WORDS_LIMIT = 4000
export const NOTE_LIMIT = 1000

const stay = (model: IntakeModel): IntakeStep => ({ model, effects: [] })
const fail = (model: IntakeModel, error: IntakeError): IntakeStep => stay({ ...model, error })

/**
 * Reads the words again for whoever they are about now. With an encoder its reading comes first: until it is there, or has
 * failed, the words wait. What the patient rejected stays rejected while it is still there.
 */
const reread = (model: IntakeModel, deps: IntakeDeps): IntakeModel => {
  if (model.words === '') return { ...model, understanding: null, reading: 'none', confirmed: false }
  return deps.encoder ? { ...model, reading: 'waiting' } : settled(model, undefined, deps)
}

/** Words already told mean something else in somebody of another age or sex. */
const about = (model: IntakeModel, deps: IntakeDeps): IntakeModel => (model.words === '' ? model : reread(model, deps))

/** What the lexicon alone takes for an emergency waits only briefly for a second reading. */
const alarming = (model: IntakeModel, deps: IntakeDeps): boolean => derive(settled(model, undefined, deps), deps).emergency

const understoodOf = ({ understanding: u }: IntakeModel): readonly Finding[] => (u ? [...u.findings, ...u.possible] : [])

/**
 * What the patient rejected stays rejected while it is still there; what is only possible starts aside, until the patient
 * says that it was meant.
 */
const setAside = (model: IntakeModel, { findings, possible }: Understanding): FindingCode[] => {
  const shown = new Set(model.understanding?.possible.map((f) => f.code))
  const still = model.rejected.filter((c) => [...findings, ...possible].some((f) => f.code === c))
  return [...new Set([...still, ...possible.map((f) => f.code).filter((c) => !shown.has(c))])]
}

const settled = (model: IntakeModel, reading: NarrativeReading | undefined, deps: IntakeDeps): IntakeModel => {
  const understanding = understand({
    words: model.words,
    language: model.language,
    profile: profileOf(model),
    lexicon: deps.lexiconIndex,
    cues: deps.content.cues,
    reading,
  })
  const told = (m: IntakeModel): string => JSON.stringify(understoodOf(m).map((f) => [f.code, f.status]))
  const next = {
    ...model,
    understanding,
    reading: 'none' as const,
    rejected: setAside(model, understanding),
  }
  return { ...next, confirmed: model.confirmed && told(model) === told(next) }
}

/** Goes on to the first thing not yet answered, unless what is known by now is an emergency. */
const goOn = (changed: IntakeModel, deps: IntakeDeps): IntakeStep => {
  const model = { ...changed, retold: null }
  const derived = derive(model, deps)
  if (derived.emergency && model.alert === 'none') return interrupt(model, derived, deps)
  return stay({ ...model, error: null, ...nextPlace(model, derived) })
}

/** Staff are alerted once; the packet follows at once, without the model (`hand-off: emergency`). */
const interrupt = (model: IntakeModel, derived: Derived, deps: IntakeDeps): IntakeStep => ({
  model: { ...model, step: 'emergency', asking: null, error: null, alert: 'sending', sending: 'assessing' },
  effects: [{ type: 'alert-staff' }, { type: 'start-assessment', draft: packetDraft(model, derived, deps) }],
})

const answerQuestion = (model: IntakeModel, answer: Answer, deps: IntakeDeps): IntakeStep => {
  const { asking } = model
  if (model.step !== 'question' || !asking) return stay(model)
  const question = deps.content.protocols
    .find((p) => p.id === asking.protocolId)
    ?.questions.find((q) => q.id === asking.questionId)
  if (question?.kind === 'measure' && answer.kind === 'measure') {
    const value = inMeasureUnit(question.measure, answer.value, answer.unit)
    if (!Number.isFinite(value)) return fail(model, { code: 'not-a-number', field: 'answer' })
    if (value < question.min || value > question.max)
      return fail(model, { code: 'out-of-range', field: 'answer', min: question.min, max: question.max })
  }
  const same = (a: { protocolId: string; questionId: string }): boolean =>
    a.protocolId === asking.protocolId && a.questionId === asking.questionId
  const answered = { ...asking, answer }
  const answers = model.answers.some(same) ? model.answers.map((a) => (same(a) ? answered : a)) : [...model.answers, answered]
  return goOn({ ...model, answers }, deps)
}

/** A reading that comes while the patient is on another screen moves nobody, unless it is an emergency. */
const arrived = (model: IntakeModel, deps: IntakeDeps): IntakeStep =>
  model.step === 'reading' || derive(model, deps).emergency ? goOn(model, deps) : stay(model)

const submitWords = (model: IntakeModel, words: string, deps: IntakeDeps): IntakeStep => {
  if (words.trim() === '') return fail(model, { code: 'required', field: 'words' })
  if (words.length > WORDS_LIMIT) return fail(model, { code: 'too-long', field: 'words', max: WORDS_LIMIT })
  if (words === model.words) return goOn(model, deps)
  return goOn({ ...reread({ ...model, words, understanding: null }, deps), confirmed: false }, deps)
}

const answersOf = (model: IntakeModel, deps: IntakeDeps): string => {
  const { findings, measures } = derive(model, deps)
  return answersText(findings, measures, entriesOf(deps.content.lexicon))
}

/** Before anything is assessed the story is read once more, with the answers (docs/adr/0012). */
const send = (model: IntakeModel, deps: IntakeDeps): IntakeStep => {
  const ready =
    model.step === 'review' || ((model.step === 'sending' || model.step === 'emergency') && model.sending === 'failed')
  if (!ready) return stay(model)
  if (!deps.encoder || model.step === 'emergency' || model.retold) return startAssessment(model, derive(model, deps), deps)
  const answers = answersOf(model, deps)
  if (answers === '') return retell(model, null, deps)
  return {
    model: { ...model, step: 'sending', sending: 'reading', error: null },
    effects: [
      {
        type: 'read-words',
        of: readingKey(model, answers),
        words: model.words,
        profile: profileOf(model),
        urgent: false,
        answers,
      },
    ],
  }
}

const startAssessment = (model: IntakeModel, derived: Derived, deps: IntakeDeps): IntakeStep => ({
  model: { ...model, step: model.step === 'emergency' ? 'emergency' : 'sending', sending: 'assessing', error: null },
  effects: [{ type: 'start-assessment', draft: packetDraft(model, derived, deps) }],
})

/** All was asked. Staff are alerted if it is an emergency by now, else it is sent. */
const retell = (before: IntakeModel, reading: NarrativeReading | null, deps: IntakeDeps): IntakeStep => {
  const whole = storyOf(reading, before.words)
  const story = whole ?? storyOfIntake(before)
  const model: IntakeModel = { ...before, retold: story && { story, extent: whole ? 'whole' : 'asked' } }
  const derived = derive(model, deps)
  const end = derived.emergency && model.alert === 'none' ? interrupt : startAssessment
  return end(model, derived, deps)
}

const apply = (model: IntakeModel, event: IntakeEvent, deps: IntakeDeps): IntakeStep => {
  switch (event.type) {
    case 'language-chosen':
      return goOn({ ...model, language: event.language }, deps)
    case 'language-switched':
      return stay({ ...model, language: event.language })
    case 'consent-given':
      return goOn({ ...model, consented: true }, deps)
    case 'consent-declined':
      return stay({ ...initialIntake(model.language), step: 'declined' })
    case 'who-answered': {
      const relation = event.who === 'other' ? event.relation : null
      return goOn(reread({ ...model, reporter: event.who === 'self' ? 'patient' : 'caregiver', relation }, deps), deps)
    }
    case 'age-entered': {
      const age = readAge(event.value, event.unit)
      return age.ok ? goOn(about({ ...model, age: age.value }, deps), deps) : fail(model, age.error.error)
    }
    case 'age-skipped':
      return goOn(about({ ...model, age: 'unknown' }, deps), deps)
    case 'sex-answered':
      return goOn(about({ ...model, sex: event.sex }, deps), deps)
    case 'pregnancy-answered':
      return goOn({ ...model, pregnancy: event.status }, deps)
    case 'words-submitted':
      return submitWords(model, event.words, deps)
    case 'words-added':
      if (event.words.trim() === '') return fail(model, { code: 'required', field: 'more-words' })
      return submitWords(model, `${model.words}\n${event.words}`, deps)
    case 'words-read':
      if (model.sending === 'reading' && event.of === readingKey(model, answersOf(model, deps)))
        return retell(model, event.reading, deps)
      if (model.reading !== 'waiting' || model.sending !== 'idle' || event.of !== readingKey(model)) return stay(model)
      return arrived(settled(model, event.reading ?? undefined, deps), deps)
    case 'item-rejected': {
      const codes = rejectedWith(model, event.code, deps.content.lexicon)
      return stay({ ...model, rejected: [...new Set([...model.rejected, ...codes])] })
    }
    case 'item-restored': {
      const codes = new Set(rejectedWith(model, event.code, deps.content.lexicon))
      return stay({ ...model, rejected: model.rejected.filter((c) => !codes.has(c)) })
    }
    case 'understood-confirmed':
      return goOn({ ...model, confirmed: true }, deps)
    case 'question-answered':
      return answerQuestion(model, event.answer, deps)
    case 'history-entered': {
      const { conditions, medications, allergies } = event
      const long = medications.length > NOTE_LIMIT ? 'medications' : allergies.length > NOTE_LIMIT ? 'allergies' : null
      if (long) return fail(model, { code: 'too-long', field: long, max: NOTE_LIMIT })
      return goOn({ ...model, history: { conditions, medications, allergies }, historySeen: true }, deps)
    }
    case 'history-skipped':
      return goOn({ ...model, history: { conditions: null, medications: '', allergies: '' }, historySeen: true }, deps)
    case 'vitals-entered': {
      const vitals = readVitals(event.values, event.temperatureUnit)
      return vitals.ok ? goOn({ ...model, vitals: vitals.value, vitalsSeen: true }, deps) : fail(model, vitals.error.error)
    }
    case 'vitals-skipped':
      return goOn({ ...model, vitals: {}, vitalsSeen: true }, deps)
    case 'choice-missing':
      return fail(model, { code: 'required', field: event.field })
    case 'edit-requested':
      return model.step === 'review'
        ? stay({ ...model, step: event.step, asking: event.question ?? null, error: null })
        : stay(model)
    case 'back-requested': {
      const place = previousPlace(model, derive(model, deps))
      return place ? stay({ ...model, ...place, error: null }) : stay(model)
    }
    case 'send-requested':
      return send(model, deps)
    case 'assessed': {
      if (model.sending !== 'assessing') return stay(model)
      const draft = packetDraft(model, derive(model, deps), deps)
      return { model: { ...model, sending: 'sealing' }, effects: [{ type: 'seal-and-queue', draft, assessed: event.assessed }] }
    }
    case 'packet-queued':
      if (model.sending !== 'sealing') return stay(model)
      return stay({ ...model, step: model.step === 'sending' ? 'done' : model.step, sending: 'queued', ticket: event.ticket })
    case 'packet-delivered':
      return stay(model.sending === 'queued' ? { ...model, delivered: true } : model)
    case 'packet-failed':
      return model.sending === 'idle' || model.sending === 'queued' ? stay(model) : stay({ ...model, sending: 'failed' })
    case 'staff-alerted':
      return stay({ ...model, alert: 'sent' })
    case 'staff-alert-failed':
      return stay({ ...model, alert: 'failed' })
    case 'alert-repeated':
      if (model.step !== 'emergency' || model.alert === 'sending') return stay(model)
      return { model: { ...model, alert: 'sending' }, effects: [{ type: 'alert-staff' }] }
    case 'staff-call-opened':
      return stay({ ...model, staffCall: 'asking' })
    case 'staff-call-confirmed':
      return { model: { ...model, staffCall: 'sending' }, effects: [{ type: 'call-staff' }] }
    case 'staff-called':
      return stay({ ...model, staffCall: 'sent' })
    case 'staff-call-failed':
      return stay({ ...model, staffCall: 'failed' })
    case 'staff-call-closed':
      return stay({ ...model, staffCall: 'none' })
    case 'finished':
      return { model: initialIntake(), effects: [{ type: 'wipe', reason: 'ended' }] }
  }
}

/**
 * The whole intake: one event in, the next model and the commands to run out. Pure and total. Nothing is stored before
 * consent, and nothing after the packet is queued.
 */
export const updateIntake = (model: IntakeModel, event: IntakeEvent, deps: IntakeDeps): IntakeStep => {
  const step = apply(model, event, deps)
  const next = step.model
  const moved =
    next.step !== model.step ||
    next.asking?.questionId !== model.asking?.questionId ||
    next.asking?.protocolId !== model.asking?.protocolId
  const erred = next.error !== null && next.error !== model.error
  const key = next.reading === 'waiting' ? readingKey(next) : null
  const read = key !== null && (model.reading !== 'waiting' || key !== readingKey(model))
  const keep = next !== model && next.consented && next.sending === 'idle' && event.type !== 'finished'
  return {
    model: next,
    effects: [
      ...step.effects,
      ...(read
        ? [{ type: 'read-words', of: key, words: next.words, profile: profileOf(next), urgent: alarming(next, deps) } as const]
        : []),
      ...(keep ? [{ type: 'persist-draft', model: next } as const] : []),
      ...(erred ? [{ type: 'focus', target: 'error' } as const] : moved ? [{ type: 'focus', target: 'heading' } as const] : []),
    ],
  }
}
