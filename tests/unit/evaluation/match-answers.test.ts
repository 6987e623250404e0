import { describe, expect, it } from 'vitest'
import type { Question } from '#contracts/content/protocol.ts'
import { tell } from '#evaluation/match-answers.ts'
import { drool, knowledge, signs } from './fixture.ts'

type Script = { match: string; reply: string }[]
const found = (question: Question, script: Script, language: 'en' | 'es' = 'en'): Record<string, string> =>
  Object.fromEntries(tell(question, script, language, knowledge).findings.map((f) => [f.code, f.status]))

describe('scripted answers', () => {
  it('say nothing where no entry matches', () => {
    expect(tell(drool, [{ match: 'rash', reply: 'no' }], 'en', knowledge)).toEqual({ reply: null, findings: [], measures: [] })
  })

  it('match id, English text and the text of the case', () => {
    for (const match of ['^drool$', 'SALIVA', 'baba'])
      expect(found(drool, [{ match, reply: 'sí' }], 'es')).toEqual({ drooling: 'present' })
  })

  it('take the first entry that can be read as an answer', () => {
    const script = [
      { match: 'saliva', reply: 'since Tuesday' },
      { match: '.*', reply: 'no' },
    ]
    expect(found(drool, script)).toEqual({ drooling: 'absent' })
    expect(found(drool, [{ match: 'saliva', reply: 'not sure' }, ...script])).toEqual({ drooling: 'unknown' })
  })

  it('let a "no" to one option leave the others unknown', () => {
    expect(found(signs, [{ match: 'fever', reply: 'no' }])).toEqual({ fever: 'absent' })
  })

  it('take "not loads" for a measure of what is said, not for a denial', () => {
    const label = { en: 'Very little urine, or cannot keep fluids down', es: 'Orina muy poco, o no retiene líquidos' }
    const dry: Question = { ...signs, kind: 'multi', options: [{ id: 'dry', label, finding: 'not-drinking' }] }
    expect(found(dry, [{ match: 'mood|down', reply: 'sometimes down not loads' }])).toEqual({ 'not-drinking': 'absent' })
    expect(found(dry, [{ match: 'keep.*down', reply: 'yes, nothing stays down' }])).toEqual({ 'not-drinking': 'present' })
  })

  it('join entries for single options with one for the rest', () => {
    const script = [
      { match: '.*', reply: 'no' },
      { match: 'fever', reply: 'yes' },
    ]
    expect(found(signs, script)).toEqual({ fever: 'present', breathlessness: 'absent', 'not-drinking': 'absent' })
  })

  it('read comfort about an option worded as a denial as no, and a bare yes or no to its subject as unsure', () => {
    const table: [string, Record<string, string>][] = [
      ['yes, drinking well', { 'not-drinking': 'absent' }],
      ['no she is drinking', { 'not-drinking': 'absent' }],
      ['yes', {}],
      ['no', {}],
      ["yes, she won't drink", { 'not-drinking': 'present' }],
    ]
    for (const [reply, want] of table) expect([reply, found(signs, [{ match: 'drink', reply }])]).toEqual([reply, want])
  })

  it('do not take comfort that is taken back', () => {
    expect(found(drool, [{ match: 'saliva', reply: 'yes it was, but fine now' }])).toEqual({ drooling: 'present' })
    expect(found(drool, [{ match: 'saliva', reply: 'normal' }])).toEqual({ drooling: 'absent' })
  })

  it('do not take a word of the question for one of its options', () => {
    const kind = (text: string): Question => ({ ...signs, text: { en: text, es: text } })
    expect(found(kind('With the breath trouble, any of these?'), [{ match: 'breath', reply: 'no' }])).toEqual({
      breathlessness: 'absent',
    })
    const worst: Question = {
      kind: 'multi',
      id: 'start',
      text: { en: 'How did the headache start?', es: 'x' },
      options: [
        { id: 'worst', label: { en: 'The worst headache of my life', es: 'x' }, finding: 'worst-headache' },
        { id: 'hit', label: { en: 'After a knock', es: 'x' }, finding: 'head-injury' },
      ],
    }
    expect(found(worst, [{ match: 'headache', reply: 'yes still a bit' }])).toEqual({})
    expect(found(worst, [{ match: 'worst', reply: 'yes' }])).toEqual({ 'worst-headache': 'present' })
  })

  it('see an option only at the start of a word', () => {
    const question: Question = {
      ...signs,
      options:
        signs.kind === 'multi'
          ? [{ id: 'x', label: { en: 'Pulls in between the ribs', es: 'x' }, finding: 'fever' }, ...signs.options.slice(1)]
          : [],
    } as Question
    expect(found(question, [{ match: 'wee', reply: 'yes' }])).toEqual({})
  })

  it('do not take a number for how long', () => {
    const lasting: Question = {
      kind: 'yes-no',
      id: 'days',
      text: { en: 'Has the fever lasted five days or more?', es: 'x' },
      finding: 'fever',
    }
    expect(found(lasting, [{ match: 'fever', reply: 'yes 38.5' }])).toEqual({})
    expect(found(lasting, [{ match: 'fever', reply: 'yes, 6 days' }])).toEqual({ fever: 'present' })
  })

  it('choose an option by its name, and deny only the one that was named', () => {
    const how: Question = {
      kind: 'choice',
      id: 'onset',
      text: { en: 'Which fits?', es: '¿Cuál?' },
      options: [
        { id: 'sudden', label: { en: 'Sudden', es: 'De golpe' }, finding: 'fever' },
        { id: 'slow', label: { en: 'Slowly', es: 'Poco a poco' }, finding: 'breathlessness' },
      ],
    }
    expect(found(how, [{ match: 'sudden', reply: 'yes' }])).toEqual({ fever: 'present', breathlessness: 'absent' })
    expect(found(how, [{ match: 'sudden', reply: 'no' }])).toEqual({ fever: 'absent' })
    expect(found(how, [{ match: 'fits', reply: 'it came on slowly' }])).toEqual({ fever: 'absent', breathlessness: 'present' })
  })
})
