import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Question } from '#contracts/content/protocol.ts'
import { type Answer, applyAnswer } from '#domain/intake/answer.ts'
import { parseReply } from '#domain/intake/parse-reply.ts'
import { deps, sideQuestion } from './intake-fixture.ts'

const t = (text: string) => ({ en: text, es: text })
const yesNo: Question = { kind: 'yes-no', id: 'fever', finding: 'fever', text: t('Fever?') }
const multi: Question = {
  kind: 'multi',
  id: 'with-it',
  text: t('Any of these?'),
  options: [
    { id: 'sweat', finding: 'sweating', label: { en: 'Cold sweat', es: 'Sudor frío' } },
    { id: 'breath', finding: 'breathlessness', label: { en: 'Short of breath', es: 'Falta de aire' } },
    { id: 'faint', finding: 'fainting', label: { en: 'Fainted', es: 'Desmayo' } },
  ],
}
const duration: Question = { kind: 'measure', id: 'long', measure: 'duration_hours', min: 0, max: 20000, text: t('How long?') }
const pain: Question = { kind: 'measure', id: 'pain', measure: 'pain_score', min: 0, max: 10, text: t('How bad?') }
const heat: Question = { kind: 'measure', id: 'heat', measure: 'temperature_c', min: 30, max: 44, text: t('Temperature?') }
const questions = [yesNo, multi, duration, pain, heat, sideQuestion]

const status = (question: Question, answer: Answer) =>
  applyAnswer(question, answer)
    .findings.map((f) => `${{ present: '+', absent: '-', unknown: '?' }[f.status]}${f.code}`)
    .join(' ')

describe('applyAnswer', () => {
  test.each([
    [yesNo, { kind: 'yes-no', value: 'yes' }, '+fever'],
    [yesNo, { kind: 'yes-no', value: 'unsure' }, '?fever'],
    [yesNo, { kind: 'skipped' }, '?fever'],
    [multi, { kind: 'multi', options: [] }, '-sweating -breathlessness -fainting'],
    [multi, { kind: 'multi', options: ['faint'] }, '-sweating -breathlessness +fainting'],
    [multi, { kind: 'multi', options: ['gone'] }, '?sweating ?breathlessness ?fainting'],
    [sideQuestion, { kind: 'choice', option: 'left-arm' }, '+pain-left -pain-right'],
    [sideQuestion, { kind: 'choice', option: 'neither' }, '-pain-left -pain-right'],
    [sideQuestion, { kind: 'choice', option: 'gone' }, '?pain-left ?pain-right'],
    [yesNo, { kind: 'multi', options: [] }, '?fever'],
  ] as [Question, Answer, string][])('%o %o → %s', (q, a, expected) => expect(status(q, a)).toBe(expected))

  test('numbers come in the measure’s unit, with their text', () => {
    expect(applyAnswer(duration, { kind: 'measure', value: 3, unit: 'day' })).toMatchObject({
      measures: [{ name: 'duration_hours', value: 72 }],
      text: '3 days',
    })
    expect(applyAnswer(heat, { kind: 'measure', value: 102, unit: 'fahrenheit' }, 'es').measures[0]?.value).toBe(38.9)
    expect(applyAnswer(pain, { kind: 'measure', value: 11 }).measures).toEqual([])
  })

  test('no answer but an explicit one makes anything absent', () => {
    const anything = fc.constantFrom<Answer>(
      { kind: 'skipped' },
      { kind: 'yes-no', value: 'unsure' },
      { kind: 'choice', option: 'nonsense' },
      { kind: 'multi', options: ['nonsense'] },
      { kind: 'measure', value: 5 },
    )
    fc.assert(
      fc.property(fc.constantFrom(...questions), anything, (q, a) => {
        for (const f of applyAnswer(q, a).findings) expect(f.status).toBe('unknown')
      }),
    )
  })
})

describe('parseReply', () => {
  test.each([
    ['no', 'no'],
    ['No, not really', 'no'],
    ['nope', 'no'],
    ["it doesn't", 'no'],
    ['yes a bit', 'yes'],
    ['Yeah', 'yes'],
    ['a little', 'yes'],
    ['I do', 'yes'],
    ["I don't think so", 'no'],
    ['not sure', 'unsure'],
    ["I don't know", 'unsure'],
    ['maybe', 'unsure'],
  ])('yes-no: %s → %s', (reply, value) => expect(parseReply(yesNo, reply, 'en')).toEqual({ kind: 'yes-no', value }))
  test.each([
    ['sí', 'yes'],
    ['si, un poco', 'yes'],
    ['no', 'no'],
    ['no, nada', 'no'],
    ['no sé', 'unsure'],
    ['no estoy segura', 'unsure'],
  ])('yes-no in Spanish: %s → %s', (reply, value) => expect(parseReply(yesNo, reply, 'es')).toEqual({ kind: 'yes-no', value }))
  test.each([
    ['left arm', 'left-arm'],
    ['the left one', 'left-arm'],
    ['my right', 'right-arm'],
    ['not the left, the right', 'right-arm'],
    ['neither', 'neither'],
    ['no', 'neither'],
  ])('choice: %s → %s', (reply, option) => expect(parseReply(sideQuestion, reply, 'en')).toEqual({ kind: 'choice', option }))
  test.each([
    ['arm', null],
    ['no idea', null],
    ['left or right', null],
    ['purple', null],
  ])('choice: %s is not guessed', (reply, expected) => expect(parseReply(sideQuestion, reply, 'en')).toBe(expected))
  test.each([
    ['no', []],
    ['none of these', []],
    ['no, nothing', []],
    ['sweating and short of breath', ['sweat', 'breath']],
    ['I fainted but no sweat', ['faint']],
  ])('multi: %s → %o', (reply, options) => expect(parseReply(multi, reply, 'en')).toEqual({ kind: 'multi', options }))
  test('denying one option says nothing of the others', () => expect(parseReply(multi, 'no sweat', 'en')).toBeNull())
  test('the lexicon helps where the label does not', () => {
    const knowledge = { lexicon: deps.lexiconIndex, cues: deps.content.cues }
    expect(parseReply(multi, 'no puedo respirar', 'es')).toBeNull()
    expect(parseReply(multi, 'no puedo respirar', 'es', knowledge)).toEqual({ kind: 'multi', options: ['breath'] })
  })
  test.each([
    [duration, '3 days', 72],
    [duration, 'about two weeks', 336],
    [duration, 'since yesterday', 24],
    [duration, '30 minutes', 0.5],
    [pain, '8/10', 8],
    [pain, 'maybe a seven', 7],
    [heat, '39.2', 39.2],
    [heat, '102', 38.9],
    [pain, 'a lot', undefined],
    [duration, 'a long time', undefined],
  ])('number: %o %s → %s', (q, reply, value) => {
    const answer = parseReply(q, reply, 'en')
    expect(answer === null ? undefined : applyAnswer(q, answer).measures[0]?.value).toBe(value)
  })
  test('never throws, and answers only with the question’s own kind and options', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...questions),
        fc.string({ unit: 'grapheme', maxLength: 40 }),
        fc.constantFrom('en', 'es'),
        (q, text, l) => {
          const answer = parseReply(q, text, l as 'en')
          if (answer === null) return
          expect(answer.kind).toBe(q.kind)
          if (answer.kind === 'multi' && q.kind === 'multi')
            for (const o of answer.options) expect(q.options.map((x) => x.id)).toContain(o)
        },
      ),
    )
  })
})
