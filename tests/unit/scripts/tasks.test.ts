import { expect, test } from 'vitest'
import { EvaluationCase } from '#contracts/evaluation/case.ts'
import { handoverSchema } from '#domain/assessment/handover.ts'
import { backgroundOf } from '#domain/assessment/input.ts'
import { compilePhrasebook } from '#domain/safety/phrases.ts'
import { compileBundle } from '../../../scripts/content/compile-bundle.ts'
import { loadPassages } from '../../../scripts/content/load-content.ts'
import { makeDialogue } from '../../../scripts/dataset/dialogue.ts'
import { extractRow } from '../../../scripts/dataset/extract-row.ts'
import { makeRow, openWorkshop } from '../../../scripts/dataset/make-row.ts'
import { makeRandom } from '../../../scripts/dataset/random.ts'
import { decoderWrites } from '../../fixtures/decoder-writes.ts'

const compiled = compileBundle()
if (!compiled.ok) throw new Error('content does not compile')
const workshop = openWorkshop(compiled.value, loadPassages(), compilePhrasebook(compiled.value.safety, 'en'))

test('a hand-over of the generator is one that the decoder could write', () => {
  const random = makeRandom(5)
  let written = 0
  for (const protocol of compiled.value.protocols.slice(0, 12)) {
    const made = makeRow(workshop, protocol, 'r', random)
    if ('rejected' in made) continue
    const schema = handoverSchema(made.input, made.target, backgroundOf(workshop.lexicon))
    written += Number(decoderWrites(schema, JSON.parse(made.row.messages.at(-1)?.content ?? '')))
  }
  // Labels and statements beyond the room for words are left out by the graph, so a long target may not fit.
  expect(written).toBeGreaterThanOrEqual(7)
})

test('an interview asks in the language named, and alternates with the patient', () => {
  const random = makeRandom(2)
  const protocol = compiled.value.protocols.find((p) => p.id === 'headache')
  if (!protocol) throw new Error('no protocol')
  const row = makeDialogue(workshop, protocol, 'd', 'es', random)
  const roles = row?.messages.map((m) => m.role) ?? []
  expect(roles.slice(0, 3)).toEqual(['system', 'user', 'assistant'])
  expect(roles.at(-1)).toBe('assistant')
  for (const [i, role] of roles.slice(1).entries()) expect(role).toBe(i % 2 === 0 ? 'user' : 'assistant')
  const texts = protocol.questions.map((q) => q.text.es)
  for (const m of row?.messages ?? []) if (m.role === 'assistant') expect(texts.some((t) => m.content.startsWith(t))).toBe(true)
})

test('a story becomes findings with verbatim quotes; one without quotes is left out', () => {
  const story = EvaluationCase.parse({
    id: 'x',
    language: 'en',
    reporter: 'patient',
    age: { value: 40, unit: 'year' },
    sex: 'female',
    narrative: 'my head is pounding, no fever',
    gold: {
      triage: ['medium'],
      complaints: ['N01'],
      findings: { fever: 'absent', headache: 'present', cough: 'present' },
      quotes: { fever: 'no fever', headache: 'head is pounding', cough: 'not in the words' },
    },
  })
  expect(JSON.parse(extractRow(workshop, story)?.messages.at(-1)?.content ?? '')).toEqual({
    findings: [
      { finding: 'headache', status: 'present', quote: 'head is pounding' },
      { finding: 'fever', status: 'absent', quote: 'no fever' },
    ],
  })
  expect(extractRow(workshop, { ...story, gold: { ...story.gold, quotes: {} } })).toBeNull()
})
