import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import type { Profile } from '#contracts/clinical/profile.ts'
import { Cues, LexiconEntry, LexiconFile } from '#contracts/content/lexicon.ts'
import type { Understanding } from '#domain/understanding/types.ts'
import { understand } from '#domain/understanding/understand.ts'

const entry = (code: string, en: string[], es: string[], more: Partial<LexiconEntry> = {}): LexiconEntry =>
  LexiconEntry.parse({ code, label: { en: code, es: code }, kind: 'symptom', terms: { en, es }, ...more })

/** A small lexicon of its own, so that these tests fail for the matching and not for a change of wording. */
export const lexicon: LexiconEntry[] = [
  entry('chest-pain', ['chest pain', 'pain in chest', 'chest hurts'], ['dolor de pecho', 'me duele el pecho'], {
    escalate: 'chest-pain',
  }),
  entry('crushing-pain', ['crushing chest'], ['me aplasta el pecho'], { escalate: 'chest-pain', implies: ['chest-pain'] }),
  entry('breathlessness', ['short of breath', "can't breathe", 'trouble breathing'], ['falta de aire', 'no puedo respirar'], {
    escalate: 'breathing',
  }),
  entry('fever', ['fever', 'high temperature'], ['fiebre', 'calentura']),
  entry('cough', ['cough'], ['tos']),
  entry('sore-throat', ['sore throat', 'throat hurts'], ['dolor de garganta', 'me duele la garganta']),
  entry('headache', ['headache', 'head hurts'], ['dolor de cabeza', 'me duele la cabeza']),
  entry('vomiting', ['vomiting', 'throwing up'], ['vomito', 'vomitando']),
  entry('back-pain', ['back pain', 'pain in my back'], ['dolor de espalda']),
  entry('stroke', ['stroke'], ['derrame']),
  entry('dizziness', ['dizz*'], ['mareo', 'mareado']),
  entry('pain-other', ['in pain', 'pain'], ['dolor']),
  entry('diabetes', ['diabetes', 'diabetic'], ['diabetes'], { kind: 'history' }),
  entry('pregnant', ['pregnant'], ['embarazada'], { kind: 'context' }),
]
export const cues = Cues.parse(parse(readFileSync('knowledge-index/lexicon/cues.yaml', 'utf8')))
export const contextEntries = LexiconFile.parse(
  parse(readFileSync('knowledge-index/lexicon/findings-context.yaml', 'utf8')),
).entries

export const self: Profile = { reporter: 'patient', sex: 'unknown' }
export const parent: Profile = { reporter: 'caregiver', relation: 'parent', sex: 'unknown' }
export const partner: Profile = { reporter: 'caregiver', relation: 'partner', sex: 'unknown' }

export const read = (words: string, language: 'en' | 'es' = 'en', profile: Profile = self): Understanding =>
  understand({ words, language, profile, lexicon, cues })

/** Findings as one line: `+present -absent ?unknown`, sorted. */
export const told = (words: string, language: 'en' | 'es' = 'en', profile: Profile = self): string =>
  read(words, language, profile)
    .findings.map((f) => `${{ present: '+', absent: '-', unknown: '?' }[f.status]}${f.code}`)
    .sort()
    .join(' ')
