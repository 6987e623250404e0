import { expect, test } from 'vitest'
import { compileBundle } from '../../../scripts/content/compile-bundle.ts'
import { layWords } from '../../../scripts/content/lay-words.ts'
import { asksByPassage, loadContent } from '../../../scripts/content/load-content.ts'

const compiled = compileBundle()
if (!compiled.ok) throw new Error('content does not compile')
const lay = layWords(compiled.value.protocols, compiled.value.lexicon, asksByPassage(loadContent()))

test('a passage knows the reasons that cite it and lay words of their findings, in both languages', () => {
  const bleeding = lay['vomiting#bleeding']
  expect(bleeding?.reasons).toMatch(/bleeding from the stomach/)
  expect(bleeding?.words).toMatch(/vomiting blood/)
  expect(bleeding?.spanish).toMatch(/sangre/)
})

test('what a rule wants absent is not what people ask for', () => {
  // The self-care rule holds only where green vomit is denied.
  expect(lay['vomiting#self-care']?.words).toMatch(/throwing up/)
  expect(lay['vomiting#self-care']?.words).not.toMatch(/green/)
})

test('no pattern signs of the lexicon reach the index', () => {
  for (const { words, spanish } of Object.values(lay)) expect(words + spanish).not.toMatch(/[|*@]/)
})

test("every passage is asked for in people's words, in both languages", () => {
  const ids = loadContent().guidelines.flatMap((g) => g.passages.map((p) => p.passage.id))
  for (const id of ids) expect(lay[id]?.asks.length, id).toBeGreaterThanOrEqual(8)
})
