import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Assessment } from '#contracts/clinical/assessment.ts'
import { says } from './kiosk.ts'
import { assessmentAs, handoverAs } from './poison.ts'
import { type Attack, openSessions } from './visits.ts'

const EVIL = 'You have pneumonia. Take amoxicillin.'
let sessions: Awaited<ReturnType<typeof openSessions>>
beforeAll(async () => {
  sessions = await openSessions()
})
afterAll(() => sessions.kiosk.stop())

const json = JSON.stringify
/** With one more member, also one that an object literal cannot hold. */
const withMember = (a: object, key: string, value: unknown): string => `{${json(key)}:${json(value)},${json(a).slice(1)}`
const with$ = (change: (a: Assessment) => unknown) => (a: Assessment) => json(change(a))
const first = (a: Assessment, over: object) => ({ ...a, concerns: a.concerns.map((s, i) => (i === 0 ? { ...s, ...over } : s)) })
const LONE = '\\ud800'

/** Outputs that are no assessment, or one with something more, less or other than it may hold. */
const FORMS: Readonly<Record<string, (sound: Assessment) => string>> = {
  nothing: () => '',
  blanks: () => ' \n\t ',
  null: () => 'null',
  'a number': () => '42',
  'a text': () => json(EVIL),
  'an empty list': () => '[]',
  'an empty object': () => '{}',
  'a list of assessments': (a) => json([a, a]),
  'plain prose': () => EVIL,
  'prose before': (a) => `Sure, here it is: ${json(a)}`,
  'prose after': (a) => `${json(a)} ${EVIL}`,
  'two objects': (a) => json(a) + json(a),
  'a fenced block': (a) => `\`\`\`json\n${json(a)}\n\`\`\``,
  'a byte order mark': (a) => `\ufeff${json(a)}`,
  'a comment': (a) => `/* ${EVIL} */${json(a)}`,
  'a trailing comma': (a) => `${json(a).slice(0, -1)},}`,
  'single quotes': (a) => json(a).replaceAll('"', "'"),
  NaN: (a) => json(a).replace(/"level":"[a-z]+"/, '"level":NaN'),
  'another schema': () => json({ diagnosis: 'pneumonia', treatment: 'amoxicillin', level: 'low' }),
  'a chat message': (a) => json({ role: 'assistant', content: json(a) }),
  'an OpenAI answer': (a) => json({ choices: [{ message: { content: json(a) } }] }),
  'JSON in JSON': (a) => json(json(a)),
  'a hand-over instead': () => json({ situation: EVIL, background: EVIL, assessment: EVIL, recommendation: EVIL }),
  'an extra member': (a) => withMember(a, 'note', EVIL),
  'a hand-over inside': (a) => withMember(a, 'handover', { situation: EVIL }),
  'an extra member in a statement': with$((a) => first(a, { hidden: EVIL })),
  'a __proto__ member': (a) => withMember(a, '__proto__', { level: 'low', note: EVIL }),
  'the prototype alone': (a) => `{"__proto__":${json(a)}}`,
  'a constructor member': (a) => withMember(a, 'constructor', { prototype: { level: 'low' } }),
  'a toString member': (a) => withMember(a, 'toString', EVIL),
  'a toJSON member': (a) => withMember(a, 'toJSON', EVIL),
  '__proto__ in a statement': (a) => json(a).replace('{"text"', `{"__proto__":{"text":${json(EVIL)}},"text"`),
  'the level twice, low last': (a) => `${json(a).slice(0, -1)},"level":"low "}`,
  'the summary twice, hostile last': (a) => `${json(a).slice(0, -1)},"summary":${json(`${a.summary} ${EVIL}`)}}`,
  'the summary twice, sound last': (a) => `{"summary":${json(EVIL)},${json(a).slice(1)}`,
  'level as a number': with$((a) => ({ ...a, level: 1 })),
  'level as digits': with$((a) => ({ ...a, level: '1' })),
  'level in a list': with$((a) => ({ ...a, level: [a.level] })),
  'level in capitals': with$((a) => ({ ...a, level: a.level.toUpperCase() })),
  'level with a blank': with$((a) => ({ ...a, level: `${a.level} ` })),
  'level with a zero-width space': with$((a) => ({ ...a, level: `${a.level}\u200b` })),
  'no level': with$(({ level: _, ...rest }) => rest),
  'level null': with$((a) => ({ ...a, level: null })),
  'a level above, with words for the one below': with$((a) => ({ ...a, level: 'emergency', disclaimer: EVIL })),
  'no disclaimer': with$(({ disclaimer: _, ...rest }) => rest),
  'an empty disclaimer': with$((a) => ({ ...a, disclaimer: '' })),
  'no concerns': with$((a) => ({ ...a, concerns: [] })),
  'concerns as text': with$((a) => ({ ...a, concerns: EVIL })),
  'concerns as an object': with$((a) => ({ ...a, concerns: { 0: a.concerns[0], length: 1 } })),
  'statements as text': with$((a) => ({ ...a, actions: [EVIL] })),
  'text as a list': with$((a) => first(a, { text: [EVIL] })),
  'citations as text': with$((a) => first(a, { cites: 'f1' })),
  'no citations': with$((a) => first(a, { cites: [] })),
  'citations of another kind': with$((a) => first(a, { cites: [1, null] })),
  'a citation of a method': with$((a) => first(a, { cites: ['__proto__', 'constructor'] })),
  'a citation too many': with$((a) => first(a, { cites: ['f1', 'f1', 'f1', 'f1'] })),
  'a summary that is only its beginning': with$((a) => ({ ...a, summary: 'Preliminary assessment: ' })),
  'a summary with a null byte': with$((a) => ({ ...a, summary: `${a.summary}\u0000${EVIL}` })),
  'a lone surrogate': (a) => json(a).replace('patient', `patient${LONE}`),
  'a surrogate in a key': (a) => withMember(a, 'x', 1).replace('"x"', `"${LONE}"`),
  'raw control characters': (a) => json(a).replace('patient', 'patient\u0007'),
  'line separators': with$((a) => ({ ...a, summary: a.summary.replace('. ', '.\u2028') })),
  'escaped mark-up': (a) => json(a).replace('patient', '\\u003cscript\\u003e'),
  'escaped letters that are sound': (a) => json(a).replace('"level"', '"\\u006cevel"'),
  'white space between': (a) => JSON.stringify(a, null, 8),
  'a summary of a million letters': with$((a) => ({ ...a, summary: a.summary + ' a'.repeat(500_000) })),
  'ten thousand concerns': with$((a) => ({ ...a, concerns: Array.from({ length: 10_000 }, () => a.concerns[0]) })),
  'the same concern four times': with$((a) => ({ ...a, concerns: Array.from({ length: 4 }, () => a.concerns[0]) })),
  'brackets without end': () => '['.repeat(200_000),
  'a number beyond range': (a) => json(a).replace(/"level":"[a-z]+"/, `"level":1${'0'.repeat(400)}`),
}

/** Citations that do not exist or do not support: put right where the sentence has a source, else refused. */
const CITED = [
  'f9',
  'p9',
  'f0',
  'f-1',
  'f1.0',
  'F1',
  ' f1',
  'f1 ',
  'sore-throat',
  '',
  '<b>',
  'f1,f2',
  'p1#x',
  'https://evil.example',
]

const named = (forms: typeof FORMS): [string, Attack][] =>
  Object.entries(forms).map(([name, write]) => [name, assessmentAs(write)])
const everySession = async (attacks: readonly [string, Attack][]): Promise<string[]> => {
  const out: string[] = []
  for (const session of sessions.names) {
    for (const [name, answer] of attacks) {
      const { broken } = await sessions.attack(answer, session)
      if (broken.length > 0) out.push(`${session}: ${name} (${broken.join()})`)
    }
  }
  return out
}

test('outputs of every wrong form, in every session', { timeout: 120_000 }, async () => {
  expect(await everySession(named(FORMS))).toEqual([])
})

test('an assessment cut anywhere', { timeout: 120_000 }, async () => {
  const cut = Array.from({ length: 40 }, (_, i): [string, Attack] => [
    `cut at ${i}`,
    assessmentAs((a) => json(a).slice(0, Math.floor((json(a).length * i) / 40))),
  ])
  expect(await sessions.escapes(cut)).toEqual([])
})

test('citations that do not exist are put right or refused', { timeout: 120_000 }, async () => {
  const cited = CITED.map((id): [string, Attack] => [`cites "${id}"`, assessmentAs(with$((a) => first(a, { cites: [id] })))])
  expect(await everySession(cited)).toEqual([])
  const { packet } = await sessions.attack(assessmentAs(with$((a) => first(a, { cites: ['f9'] }))), 'throat')
  expect(packet?.outcome).toMatchObject({ kind: 'assessment', assessment: { concerns: [{ cites: expect.anything() }] } })
})

test('no level but the one the rules allow, neither below nor above', async () => {
  for (const session of sessions.names) {
    for (const level of ['low', 'medium', 'high', 'emergency']) {
      const { packet, broken } = await sessions.attack(assessmentAs(with$((a) => ({ ...a, level }))), session)
      const kind = level === packet?.floor.level ? 'assessment' : 'hand-off'
      expect([session, level, broken, packet?.outcome.kind]).toEqual([session, level, [], kind])
    }
  }
})

/** Hand-overs that contradict the assessment they follow, or are none. */
const HANDOVERS: [string, Attack][] = [
  ['another level', handoverAs((h) => json(h).replace(/Preliminary level \w+/, 'Preliminary level none'))],
  ['a lower level', handoverAs((h) => json(h).replace(/level (medium|high)/, 'level low'))],
  ['a higher level', handoverAs((h) => json(h).replace(/level (low|medium)/, 'level high'))],
  ['denied told as reported', handoverAs((h) => json(h).replace('Denied:', 'Reported:'))],
  ['reported told as denied', handoverAs((h) => json(h).replace('Reported:', 'Denied:'))],
  ['another age', handoverAs((h) => json(h).replace('34-year', '3-year'))],
  ['another sex', handoverAs((h) => json(h).replace('female', 'male'))],
  ['no review', handoverAs((h) => json(h).replace(' Requires nurse review.', ''))],
  ['review denied', handoverAs((h) => json(h).replace('Requires nurse review', 'Requires no nurse review'))],
  ['nothing done', handoverAs((h) => json({ ...h, recommendation: 'Requires nurse review.' }))],
  ['parts swapped', handoverAs((h) => json({ ...h, situation: h.background, background: h.situation }))],
  ['an extra part', handoverAs((h) => withMember(h, 'note', EVIL))],
  ['__proto__', handoverAs((h) => withMember(h, '__proto__', { note: EVIL }))],
  ['a part twice', handoverAs((h) => `${json(h).slice(0, -1)},"situation":${json(EVIL)}}`)],
  ['the assessment again', (ask) => (ask.messages.length > 2 ? says(ask.messages[2]?.content ?? '') : says('{}'))],
  ['zero-width text', handoverAs((h) => json({ ...h, situation: `${h.situation}\u200b` }))],
  ['mark-up', handoverAs((h) => json({ ...h, background: '<img src=x onerror=alert(1)>' }))],
  ['too long', handoverAs((h) => json({ ...h, assessment: `${h.assessment} ${'so '.repeat(100)}` }))],
  ['cut', handoverAs((h) => json(h).slice(0, -9))],
]
test('hand-overs that contradict the assessment', { timeout: 120_000 }, async () => {
  expect(await everySession(HANDOVERS)).toEqual([])
})
