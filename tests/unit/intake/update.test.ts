import { describe, expect, test } from 'vitest'
import type { IntakeEvent } from '#domain/intake/events.ts'
import { initialIntake } from '#domain/intake/model.ts'
import { updateIntake } from '#domain/intake/update.ts'
import { assessed, deps, derived, play, say, toWords } from './intake-fixture.ts'

const yes = { type: 'question-answered', answer: { kind: 'yes-no', value: 'yes' } } as const
const no = { type: 'question-answered', answer: { kind: 'yes-no', value: 'no' } } as const
const skip = { type: 'question-answered', answer: { kind: 'skipped' } } as const
const asking = (events: readonly IntakeEvent[]) => play(events).model.asking?.questionId

describe('the way through', () => {
  test('one step after the other', () => {
    const steps = [...toWords].map((_, i) => play(toWords.slice(0, i + 1)).model.step)
    expect(steps).toEqual(['consent', 'who', 'age', 'sex', 'words'])
    expect(play(say('sore throat')).model.step).toBe('confirm')
  })
  test.each([
    ['female', '30', 'pregnancy'],
    ['female', '11', 'words'],
    ['female', '56', 'words'],
    ['unknown', '30', 'pregnancy'],
    ['male', '30', 'words'],
  ] as const)('%s, %s years → %s', (sex, age, step) => {
    const events: IntakeEvent[] = [
      ...toWords.slice(0, 3),
      { type: 'age-entered', value: age, unit: 'year' },
      { type: 'sex-answered', sex },
    ]
    expect(play(events).model.step).toBe(step)
  })
  test('pregnancy is a finding; a man is not pregnant', () => {
    expect(derived(play(toWords).model).facts.findings.get('pregnant')).toBe('absent')
    const woman = play([
      ...toWords.slice(0, 4),
      { type: 'sex-answered', sex: 'female' },
      { type: 'pregnancy-answered', status: 'unknown' },
    ])
    expect(derived(woman.model).facts.findings.get('pregnant')).toBe('unknown')
  })
  test('questions, history, vitals, review, sending, done', () => {
    const events: IntakeEvent[] = [...say('sore throat for 3 days'), { type: 'understood-confirmed' }]
    expect(asking(events)).toBe('drool')
    events.push(no)
    expect(asking(events)).toBe('cough')
    events.push(yes)
    expect(asking(events)).toBe('more')
    events.push(skip)
    expect(play(events).model.step).toBe('history')
    events.push({ type: 'history-entered', conditions: ['diabetes'], medications: 'metformin', allergies: '' })
    expect(play(events).model.step).toBe('vitals')
    events.push({ type: 'vitals-skipped' })
    expect(play(events).model.step).toBe('review')
    events.push({ type: 'send-requested' })
    const sent = play(events)
    expect(sent.effects.map((e) => e.type)).toEqual(['start-assessment'])
    const queued = play(
      [
        { type: 'assessed', assessed },
        { type: 'packet-queued', ticket: 'A1B2' },
      ],
      sent.model,
    )
    expect(queued.effects.map((e) => e.type)).toEqual(['seal-and-queue'])
    expect([queued.model.step, queued.model.ticket, queued.model.delivered]).toEqual(['done', 'A1B2', false])
    expect(play([{ type: 'packet-delivered' }], queued.model).model.delivered).toBe(true)
    expect(play([{ type: 'packet-delivered' }]).model.delivered).toBe(false)
    const seal = queued.effects[0]
    expect(seal?.type === 'seal-and-queue' && seal.draft).toMatchObject({
      words: 'sore throat for 3 days',
      history: { conditions: 'diabetes', medications: 'metformin', allergies: '' },
      complaints: [{ protocolId: 'sore-throat', confirmed: true }],
      transcript: [
        { questionId: 'drool', answer: 'No', skipped: false },
        { questionId: 'cough', answer: 'Yes', skipped: false },
        { questionId: 'more', answer: 'Skipped', skipped: true },
      ],
    })
    expect(play([{ type: 'finished' }], queued.model)).toEqual({
      model: initialIntake(),
      effects: [{ type: 'wipe', reason: 'ended' }],
    })
  })
  test('a failed packet can be sent again', () => {
    const review = play([
      ...say('fever'),
      { type: 'understood-confirmed' },
      skip,
      { type: 'history-skipped' },
      { type: 'vitals-skipped' },
    ])
    expect(review.model.step).toBe('review')
    const failed = play([{ type: 'send-requested' }, { type: 'assessed', assessed }, { type: 'packet-failed' }], review.model)
    expect([failed.model.step, failed.model.sending]).toEqual(['sending', 'failed'])
    expect(play([{ type: 'send-requested' }], failed.model).effects.map((e) => e.type)).toEqual(['start-assessment'])
  })
  test('no consent: nothing is kept', () => {
    const step = updateIntake(play(toWords).model, { type: 'consent-declined' }, deps)
    expect(step.model.step).toBe('declined')
    expect(step.effects.some((e) => e.type === 'persist-draft')).toBe(false)
  })
})

describe('unknown is not no', () => {
  test('a skipped question leaves the finding unknown, and the red flag open', () => {
    const d = derived(play([...say('sore throat'), { type: 'understood-confirmed' }, skip, skip, skip]).model)
    expect(d.facts.findings.get('drooling')).toBe('unknown')
    expect(d.floor.level).toBe('high')
  })
  test('what the patient marks as not right is unknown again, with what followed from it', () => {
    const before = play(say('my chest hurts and I have a fever'))
    const after = play([{ type: 'item-rejected', code: 'chest-pain' }], before.model)
    expect(derived(after.model).facts.findings.get('chest-pain')).toBeUndefined()
    expect(derived(after.model).facts.findings.get('fever')).toBe('present')
    const restored = play([{ type: 'item-restored', code: 'chest-pain' }], after.model)
    expect(derived(restored.model).facts.findings.get('chest-pain')).toBe('present')
  })
})

describe('emergency', () => {
  test('the words alone are enough: staff are alerted and the packet goes out', () => {
    const { model, effects } = play(say('crushing feeling in my chest'))
    expect(model.step).toBe('emergency')
    expect(effects.map((e) => e.type)).toEqual(['alert-staff', 'start-assessment'])
    const start = effects[1]
    expect(start?.type === 'start-assessment' && start.draft.floor.level).toBe('emergency')
  })
  test('an answer can make it one', () => {
    const { model, effects } = play([...say('sore throat'), { type: 'understood-confirmed' }, yes])
    expect(model.step).toBe('emergency')
    expect(effects.map((e) => e.type)).toEqual(['alert-staff', 'start-assessment'])
  })
  test('it does not turn into the thank-you screen', () => {
    const { model } = play([...say('crushing chest'), { type: 'assessed', assessed }, { type: 'packet-queued', ticket: 'X' }])
    expect([model.step, model.sending]).toEqual(['emergency', 'queued'])
  })
})

describe('back and change', () => {
  test('back through questions keeps the answers', () => {
    const at = play([...say('sore throat for 2 days'), { type: 'understood-confirmed' }, no, yes])
    expect(at.model.asking?.questionId).toBe('more')
    const back = play([{ type: 'back-requested' }, { type: 'back-requested' }], at.model)
    expect(back.model.asking?.questionId).toBe('drool')
    expect(back.model.answers).toEqual(at.model.answers)
    expect(play([{ type: 'back-requested' }], back.model).model.step).toBe('confirm')
  })
  test('a changed answer decides again, and the one that no longer applies counts for nothing but is kept', () => {
    const told: IntakeEvent = { type: 'question-answered', answer: { kind: 'multi', options: ['blood'] } }
    const at = play([...say('sore throat for 2 days'), { type: 'understood-confirmed' }, no, yes, told])
    expect(derived(at.model).facts.findings.get('coughing-blood')).toBe('present')
    const changed = play([{ type: 'back-requested' }, { type: 'back-requested' }, no], at.model)
    expect(changed.model.answers.length).toBe(3)
    expect(derived(changed.model).facts.findings.get('coughing-blood')).toBeUndefined()
  })
  test('an edit from the review comes back to the review', () => {
    const review = play([
      ...say('fever'),
      { type: 'understood-confirmed' },
      no,
      { type: 'history-skipped' },
      { type: 'vitals-skipped' },
    ])
    const edited = play(
      [
        { type: 'edit-requested', step: 'age' },
        { type: 'age-entered', value: '35', unit: 'year' },
      ],
      review.model,
    )
    expect([edited.model.step, edited.model.age]).toEqual(['review', { value: 35, unit: 'year' }])
  })
  test('other words ask for confirmation again; the same words do not', () => {
    const at = play([...say('fever'), { type: 'understood-confirmed' }])
    expect(play([{ type: 'words-submitted', words: 'fever' }], at.model).model.step).toBe('question')
    expect(play([{ type: 'words-submitted', words: 'fever and cough' }], at.model).model.step).toBe('confirm')
    const more = play([{ type: 'words-added', words: 'also a cough' }], at.model)
    expect(more.model.words).toBe('fever\nalso a cough')
  })
  test('whose symptoms they are is decided again when the reporter changes', () => {
    const at = play(say('My son has a fever'))
    expect(derived(at.model).facts.findings.get('fever')).toBeUndefined()
    const parent = play([{ type: 'who-answered', who: 'other', relation: 'parent' }], at.model)
    expect(derived(parent.model).facts.findings.get('fever')).toBe('present')
  })
})

describe('errors say what is wrong and keep the place', () => {
  test.each([
    [{ type: 'age-entered', value: '', unit: 'year' }, 'required'],
    [{ type: 'age-entered', value: 'ten', unit: 'year' }, 'not-a-number'],
    [{ type: 'age-entered', value: '200', unit: 'year' }, 'out-of-range'],
    [{ type: 'words-submitted', words: '   ' }, 'required'],
    [{ type: 'words-submitted', words: 'x'.repeat(4001) }, 'too-long'],
    [{ type: 'vitals-entered', values: { systolic: '150' }, temperatureUnit: 'celsius' }, 'pair-incomplete'],
    [{ type: 'vitals-entered', values: { temperature_c: '98.6' }, temperatureUnit: 'celsius' }, 'out-of-range'],
  ] as [IntakeEvent, string][])('%o → %s', (event, code) => {
    const { model } = play(toWords)
    const step = updateIntake(model, event, deps)
    expect([step.model.error?.code, step.model.step]).toEqual([code, model.step])
    expect(step.effects).toContainEqual({ type: 'focus', target: 'error' })
  })
  test('vitals are read in their unit', () => {
    const { model } = play([
      ...toWords,
      {
        type: 'vitals-entered',
        values: { temperature_c: '98.6', systolic: '120', diastolic: '80' },
        temperatureUnit: 'fahrenheit',
      },
    ])
    expect(model.vitals).toEqual({ temperature_c: 37, systolic: 120, diastolic: 80 })
  })
})
