import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import type { Finding, FindingStatus, Measure } from '#contracts/clinical/finding.ts'
import type { Profile } from '#contracts/clinical/profile.ts'
import type { LexiconEntry } from '#contracts/content/lexicon.ts'
import { Protocol } from '#contracts/content/protocol.ts'
import { EarlyWarningScore, type Vitals, VitalsLimits } from '#contracts/content/vitals.ts'
import { type Facts, makeFacts } from '#domain/triage/facts.ts'

/** The shipped tables: what is tested is what the clinic runs. */
export const vitals: Vitals = {
  score: EarlyWarningScore.parse(parse(readFileSync('knowledge-index/vitals/news2.yaml', 'utf8'))),
  limits: VitalsLimits.parse(parse(readFileSync('knowledge-index/vitals/limits.yaml', 'utf8'))),
}

const entry = (code: string, more: Partial<LexiconEntry> = {}): LexiconEntry => ({
  code,
  label: { en: code, es: code },
  kind: 'symptom',
  terms: { en: [], es: [] },
  ...more,
})

/** Invented lexicon. */
export const lexicon: LexiconEntry[] = [
  entry('ache'),
  entry('crushing', { implies: ['squeeze'] }),
  entry('squeeze', { implies: ['ache'] }),
  entry('tight-chest', { escalate: 'chest-pain' }),
  entry('dizzy'),
]

export const adult: Profile = { reporter: 'patient', age: { value: 45, unit: 'year' }, sex: 'female' }

type Told = Readonly<Record<string, FindingStatus>>

/** Facts from answers (and optionally words), for the invented lexicon. */
export const factsOf = (
  answers: Told = {},
  more: { words?: Told; measures?: Partial<Record<Measure['name'], number>>; profile?: Profile; extra?: Finding[] } = {},
): Facts =>
  makeFacts({
    findings: [
      ...Object.entries(more.words ?? {}).map(([code, status]): Finding => ({ code, status, source: 'narrative' })),
      ...Object.entries(answers).map(([code, status]): Finding => ({ code, status, source: 'answer', questionId: `q-${code}` })),
      ...(more.extra ?? []),
    ],
    measures: Object.entries(more.measures ?? {}).map(([name, value]): Measure => ({ name, value, source: 'vitals' }) as Measure),
    profile: more.profile ?? adult,
    lexicon,
  })

const both = (text: string): { en: string; es: string } => ({ en: text, es: text })

/** A small protocol; `more` replaces members. */
export const protocol = (id: string, more: Record<string, unknown> = {}): Protocol =>
  Protocol.parse({
    id,
    version: '1.0.0',
    icpc2: 'A01',
    title: both(id),
    entry: ['ache'],
    questions: [
      { id: 'q-mild', kind: 'yes-no', finding: 'mild', text: both('Mild?') },
      { id: 'q-danger', kind: 'yes-no', finding: 'danger', text: both('Danger?') },
    ],
    redFlags: [{ id: 'danger', level: 'emergency', when: 'danger', reason: both('Danger'), cite: 'g#a' }],
    levels: [
      { id: 'bad', level: 'high', when: 'bad', reason: both('Bad') },
      { id: 'so-so', level: 'medium', when: 'so-so', reason: both('So-so') },
      { id: 'mild', level: 'low', when: { all: ['mild', { absent: 'danger' }] }, reason: both('Mild'), cite: 'g#mild' },
    ],
    modifiers: [{ id: 'old', when: { ageAtLeast: { value: 80, unit: 'year' } }, atLeast: 'high', reason: both('Old') }],
    considerations: [{ id: 'c1', text: both('Possible'), cite: 'g#a' }],
    actions: [
      { id: 'a1', levels: ['emergency', 'high'], text: both('Act'), cite: 'g#a' },
      { id: 'a2', levels: ['medium', 'low'], text: both('Act later'), cite: 'g#a' },
    ],
    selfCare: [{ text: both('Rest'), cite: 'g#a' }],
    safetyNet: [{ text: both('Come back'), cite: 'g#a' }],
    sources: [{ title: 'T', publisher: 'P', year: 2026 }],
    reviewed: '2026-11-22',
    reviewDue: '2027-11-22',
    ...more,
  })
