import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FindingStatus } from '#contracts/clinical/finding.ts'
import type { Protocol } from '#contracts/content/protocol.ts'
import { MAX_QUESTIONS, nextQuestion, openQuestionCount, questionKey } from '#domain/triage/next-question.ts'
import { factsOf, protocol } from './fixture.ts'

const both = (text: string) => ({ en: text, es: text })
const yesNo = (id: string, finding: string, when?: unknown) => ({
  id,
  kind: 'yes-no',
  finding,
  text: both(id),
  ...(when ? { when } : {}),
})
const flag = (id: string, level: string, when: unknown) => ({ id, level, when, reason: both(id), cite: 'g#a' })

const p = protocol('aches', {
  questions: [
    yesNo('q-mild', 'mild'),
    yesNo('q-follow', 'follow', 'danger'),
    yesNo('q-soon', 'soon'),
    yesNo('q-danger', 'danger'),
    {
      id: 'q-signs',
      kind: 'multi',
      text: both('Any?'),
      options: [
        { id: 'o-one', label: both('One'), finding: 'sign-one' },
        { id: 'o-two', label: both('Two'), finding: 'sign-two' },
      ],
    },
    { id: 'q-temp', kind: 'measure', measure: 'temperature_c', min: 30, max: 45, text: both('T?') },
    yesNo('q-girls', 'late', { sex: 'male' }),
  ],
  redFlags: [
    flag('danger', 'emergency', 'danger'),
    flag('soon', 'high', 'soon'),
    flag('one', 'emergency', { all: ['sign-one', 'danger'] }),
    flag('two', 'emergency', { all: ['sign-two', 'danger'] }),
  ],
})

type Reply = Readonly<Record<string, FindingStatus>>

/** Plays a whole interview: every question's codes are answered from `reply`, unknown when it says nothing. */
const interview = (protocols: Protocol[], reply: Reply, known: Reply = {}): string[] => {
  const asked = new Set<string>()
  let told: Record<string, FindingStatus> = { ...known }
  const order: string[] = []
  for (let i = 0; i < 100; i++) {
    const next = nextQuestion({ protocols, facts: factsOf(told), asked })
    if (!next) return order
    const { protocolId, question } = next
    order.push(`${protocolId}/${question.id}`)
    asked.add(questionKey(protocolId, question.id))
    const codes =
      question.kind === 'yes-no'
        ? [question.finding]
        : question.kind === 'measure'
          ? []
          : question.options.flatMap((o) => o.finding ?? [])
    told = { ...told, ...Object.fromEntries(codes.map((code) => [code, reply[code] ?? 'unknown'])) }
  }
  throw new Error('the interview does not end')
}

describe('next question', () => {
  it('asks what can decide most emergencies first, then high red flags, then the file order', () => {
    expect(interview([p], {})).toEqual([
      'aches/q-danger',
      'aches/q-signs',
      'aches/q-soon',
      'aches/q-mild',
      'aches/q-follow',
      'aches/q-temp',
    ])
  })

  it('stops asking what can no longer matter to a red flag first', () => {
    expect(interview([p], { danger: 'absent' })).toEqual([
      'aches/q-danger',
      'aches/q-soon',
      'aches/q-mild',
      'aches/q-signs',
      'aches/q-temp',
    ])
  })

  it('skips what is known and what does not apply', () => {
    const order = interview([p], {}, { danger: 'present', 'sign-one': 'absent', 'sign-two': 'present', mild: 'absent' })
    expect(order).toEqual(['aches/q-soon', 'aches/q-follow', 'aches/q-temp'])
    const male = { profile: { reporter: 'patient', sex: 'male' } } as const
    const asked = new Set(p.questions.filter((q) => q.id !== 'q-girls').map((q) => questionKey('aches', q.id)))
    expect(nextQuestion({ protocols: [p], facts: factsOf({}, male), asked })?.question.id).toBe('q-girls')
    expect(nextQuestion({ protocols: [p], facts: factsOf(), asked })).toBeNull()
    const measured = factsOf({}, { measures: { temperature_c: 37 } })
    expect(
      nextQuestion({ protocols: [p], facts: measured, asked: new Set([...asked].filter((k) => k !== 'aches/q-temp')) }),
    ).toBeNull()
  })

  it('does not ask again in another protocol what was skipped', () => {
    const q = protocol('other', { questions: [yesNo('q-same', 'danger'), yesNo('q-more', 'more')] })
    expect(interview([p, q], {}).filter((k) => k.startsWith('other'))).toEqual(['other/q-more'])
  })

  it('asks a follow-up only after the question it depends on', () => {
    const q = protocol('late', {
      questions: [yesNo('q-after', 'after', 'before'), yesNo('q-before', 'before')],
      redFlags: [flag('after', 'emergency', 'after')],
    })
    expect(interview([q], { before: 'present' })).toEqual(['late/q-before', 'late/q-after'])
    expect(interview([q], { before: 'absent' })).toEqual(['late/q-before'])
  })

  it('does not wait forever for two questions that depend on each other', () => {
    const q = protocol('knot', { questions: [yesNo('q-a', 'aa', 'bb'), yesNo('q-b', 'bb', 'aa')] })
    expect(interview([q], { aa: 'present' })).toEqual(['knot/q-a', 'knot/q-b'])
  })

  it('asks at most fourteen questions of one protocol', () => {
    const many = Array.from({ length: 20 }, (_, i) => yesNo(`q-${i}`, `code-${i}`))
    expect(interview([protocol('long', { questions: many })], {})).toHaveLength(MAX_QUESTIONS)
  })

  it('never asks twice, ends, and counts what is left', () => {
    const status = fc.constantFrom<FindingStatus>('present', 'absent', 'unknown')
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom('danger', 'soon', 'mild', 'follow', 'sign-one', 'sign-two', 'more'), status),
        (reply) => {
          const q = protocol('other', { questions: [yesNo('q-same', 'danger'), yesNo('q-more', 'more')] })
          const order = interview([p, q], reply)
          expect(new Set(order).size).toBe(order.length)
          expect(order.length).toBeLessThanOrEqual(openQuestionCount({ protocols: [p, q], facts: factsOf(), asked: new Set() }))
        },
      ),
    )
  })
})
