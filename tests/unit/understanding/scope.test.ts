import { describe, expect, test } from 'vitest'
import { parent, partner, read, self, told } from './lexicon-fixture.ts'

describe('negation in English', () => {
  test.each([
    ['no chest pain', '-chest-pain'],
    ['I have no chest pain, fever, or cough', '-chest-pain -cough -fever'],
    ['No chest pain, I have a fever', '+fever -chest-pain'],
    ['no fever, funny smells, cough or headache', '-cough -fever -headache'],
    ['denies chest pain, vomiting', '-chest-pain -vomiting'],
    ['without any fever', '-fever'],
    ["I don't have a cough", '-cough'],
    ['I dont have a cough but I have a fever', '+fever -cough'],
    ['My chest does not hurt', '-chest-pain'],
    ['chest pain: no', '-chest-pain'],
    ['Fever? No. Cough? Yes', '+cough -fever'],
    ['the fever is gone', '-fever'],
    ['the fever went away but came back', '+fever'],
    ['not only chest pain but vomiting', '+chest-pain +vomiting'],
    ["I've never had a headache like this", '+headache'],
    ["the cough won't stop", '+cough'],
    ["can't breathe", '+breathlessness'],
    ["I'm not feeling well chest pain since this morning", '+chest-pain'],
    ['no fever and chest pain', '+chest-pain -fever'],
    ['no fever and vomiting', '-fever -vomiting'],
    ['no fever or chest pain', '-chest-pain -fever'],
    ['no trouble breathing', '-breathlessness'],
    ['my head did not go dizzy', '-dizziness'],
    ["I haven't thought of a fever", '-fever'],
    ['sore throat for 3 days no fever no cough', '+sore-throat -cough -fever'],
  ])('%s → %s', (words, expected) => expect(told(words)).toBe(expected))
})

describe('negation in Spanish', () => {
  test.each([
    ['no tengo fiebre', '-fever'],
    ['no me duele la cabeza', '-headache'],
    ['sin dolor de pecho ni falta de aire', '-breathlessness -chest-pain'],
    ['no tengo tos pero tengo fiebre', '+fever -cough'],
    ['no puedo respirar', '+breathlessness'],
    ['no se me quita la fiebre', '+fever'],
    ['no sólo fiebre, también tos', '+cough +fever'],
    ['ya no tengo calentura', '-fever'],
    ['niega vómito', '-vomiting'],
  ])('%s → %s', (words, expected) => expect(told(words, 'es')).toBe(expected))
})

describe('uncertainty', () => {
  test('an uncertain presence is present, and says that it is uncertain', () => {
    const u = read('maybe a bit of chest pain')
    expect(u.findings.map((f) => [f.code, f.status])).toEqual([['chest-pain', 'present']])
    expect(u.mentions[0]?.certainty).toBe('uncertain')
  })
  test.each([
    ["I don't think I have a fever", '?fever'],
    ['I am not sure if it is a headache', ''],
    ['creo que tengo fiebre', '+fever'],
  ])('%s → %s', (words, expected) => expect(told(words, words.startsWith('creo') ? 'es' : 'en')).toBe(expected))
})

describe('who it is about', () => {
  test.each([
    ['My son has a fever and a cough', self, ''],
    ['My son has a fever and a cough', parent, '+cough +fever'],
    ['My wife had a fever. She has a cough. I have a sore throat', self, '+sore-throat'],
    ['my husband has chest pain', partner, '+chest-pain'],
    ['My daughter is vomiting and her brother has a fever', parent, '+vomiting'],
    ['My wife says my throat hurts', self, '+sore-throat'],
    ['my mother had diabetes. I have a cough', self, '+cough'],
  ])('%s (%o)', (words, profile, expected) => expect(told(words, 'en', profile)).toBe(expected))
  test('Spanish', () => {
    expect(told('mi hijo tuvo fiebre y a mí me duele la garganta', 'es')).toBe('+sore-throat')
    expect(told('mi hijo tiene fiebre y tos', 'es', parent)).toBe('+cough +fever')
  })
  test('a mention of someone else is kept', () => expect(read('My son has a fever').mentions[0]?.experiencer).toBe('other'))
})

describe('time and hypothesis', () => {
  test.each([
    ['I had chest pain last year', ''],
    ['Last year I had chest pain, now my head hurts', '+headache'],
    ['I had chest pain last year and now it is back again', '+chest-pain'],
    ['history of chest pain', ''],
    ['I was dizzy when I was carrying the shopping', '+dizziness'],
    ['I had chest pain when I was a child', ''],
    ['I had a stroke four years ago with chest pain but I have no chest pain now', '-chest-pain'],
    ['I have a history of diabetes', '+diabetes'],
    ['I was pregnant last year', ''],
    ['chest pain since yesterday', '+chest-pain'],
    ['afraid it could be a stroke', ''],
    ['if I get chest pain should I come', ''],
    ['it hurts in my throat, what if it is a stroke', ''],
  ])('%s → %s', (words, expected) => expect(told(words)).toBe(expected))
  test.each([
    ['tuve dolor de pecho el año pasado', ''],
    ['tengo miedo de que sea un derrame, me duele la cabeza', '+headache'],
    ['hace dos años que tengo dolor de espalda', '+back-pain'],
  ])('%s → %s', (words, expected) => expect(told(words, 'es')).toBe(expected))
})

test('present beats absent, and the conflict is told', () => {
  const u = read('no chest pain. well, my chest hurts when I walk')
  expect(u.findings.map((f) => [f.code, f.status])).toEqual([['chest-pain', 'present']])
  expect(u.conflicts).toEqual(['chest-pain'])
})
