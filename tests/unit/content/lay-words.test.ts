import { expect, test } from 'vitest'
import { compileBundle } from '../../../scripts/content/compile-bundle.ts'
import { layWords } from '../../../scripts/content/lay-words.ts'

const compiled = compileBundle()
if (!compiled.ok) throw new Error('content does not compile')
const lay = layWords(compiled.value.protocols, compiled.value.lexicon)

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
