import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import type { TriageLevel } from '#contracts/clinical/triage-level.ts'
import { ContentBundle } from '#contracts/content/bundle.ts'
import type { Passage } from '#contracts/content/guideline.ts'
import type { LexiconEntry } from '#contracts/content/lexicon.ts'
import type { Protocol, Question } from '#contracts/content/protocol.ts'
import { EvaluationCase } from '#contracts/evaluation/case.ts'
import { compileLexicon } from '#domain/understanding/lexicon-index.ts'
import type { CaseResult } from '#evaluation/types.ts'
import { protocol, vitals } from '../triage/fixture.ts'
import { cues } from '../understanding/lexicon-fixture.ts'

const entry = (code: string, en: string[], es: string[], more: Partial<LexiconEntry> = {}): LexiconEntry => ({
  code,
  label: { en: code.replaceAll('-', ' '), es: es[0] ?? code },
  kind: 'symptom',
  terms: { en, es },
  ...more,
})

/** Invented content: one complaint with an emergency, an option worded as a denial, and a mild path. */
export const lexicon: LexiconEntry[] = [
  entry('sore-throat', ['sore throat'], ['dolor de garganta']),
  entry('fever', ['fever'], ['fiebre']),
  entry('breathlessness', ['short of breath'], ['falta de aire'], { escalate: 'breathing' }),
  entry('drooling', ['drooling'], ['babeo']),
  entry('not-drinking', ['not drinking'], ['no bebe']),
  entry('feeling-unwell', ['unwell'], ['mal']),
  entry('diabetes', ['diabetes'], ['diabetes'], { kind: 'history' }),
]
export const knowledge = { lexicon: compileLexicon(lexicon), cues }
const both = (en: string, es = en) => ({ en, es })

export const signs: Question = {
  kind: 'multi',
  id: 'throat-signs',
  text: both('Do you have any of these?', '¿Tiene algo de esto?'),
  options: [
    { id: 'fever', label: both('Fever', 'Fiebre'), finding: 'fever' },
    { id: 'short-breath', label: both('Short of breath', 'Falta de aire'), finding: 'breathlessness' },
    { id: 'no-drink', label: both('Not drinking', 'No bebe'), finding: 'not-drinking' },
  ],
}
export const drool: Question = {
  kind: 'yes-no',
  id: 'drool',
  text: both('Is saliva running out?', '¿Se le cae la baba?'),
  finding: 'drooling',
}

const throat: Protocol = protocol('throat', {
  icpc2: 'R21',
  entry: ['sore-throat'],
  questions: [
    drool,
    signs,
    { kind: 'measure', id: 'how-long', measure: 'duration_hours', min: 0, max: 2000, text: both('How long?') },
  ],
  redFlags: [
    { id: 'blocked', level: 'emergency', when: 'drooling', reason: both('Blocked'), cite: 'g#a' },
    { id: 'dry', level: 'high', when: 'not-drinking', reason: both('Dry'), cite: 'g#a' },
  ],
  levels: [
    { id: 'breath', level: 'high', when: 'breathlessness', reason: both('Breath') },
    { id: 'hot', level: 'medium', when: 'fever', reason: both('Hot') },
    { id: 'mild', level: 'low', when: { all: ['sore-throat', { absent: 'fever' }] }, reason: both('Mild') },
  ],
  modifiers: [],
})
export const rules = { lexicon, cues, vitals, protocols: [throat] }

const shipped = (language: string): unknown => parse(readFileSync(`knowledge-index/safety/${language}.yaml`, 'utf8'))

/** Invented rules with the shipped safety words: what clinicians change in a protocol must not break these tests. */
export const bundle = (): ContentBundle =>
  ContentBundle.parse({
    hash: 'invented',
    ...rules,
    prompts: [
      {
        id: 'assess-test',
        task: 'assess',
        maxTokens: 300,
        system: both('Write the preliminary assessment.'),
        handover: 'Write the hand-over.',
        urgency: {
          emergency: ['emergency assessment now'],
          high: ['same-day clinician review'],
          medium: ['routine review within days'],
          low: ['self-care advice'],
        },
      },
    ],
    safety: { en: shipped('en'), es: shipped('es') },
  })
export const passage: Passage = {
  id: 'g#a',
  guidelineId: 'g',
  heading: 'Sore throat with fever',
  text: 'A sore throat with fever should be seen by the nurse the same day. Ask the nurse to see the patient, and check the temperature and the throat.',
  title: 'Throat',
  source: 'invented',
  language: 'en',
  version: '1',
  reviewed: '2026-01-01',
  reviewDue: '2028-01-01',
  protocols: ['throat'],
}

/** A case with defaults of a grown woman who types herself. */
export const makeCase = (more: Record<string, unknown>): EvaluationCase =>
  EvaluationCase.parse({
    id: 'c',
    language: 'en',
    reporter: 'patient',
    age: { value: 60, unit: 'year' },
    sex: 'female',
    narrative: 'I have a sore throat',
    gold: { triage: ['low'] },
    ...more,
  })

/** A result that went right unless told otherwise. */
export const makeResult = (level: TriageLevel, gold: TriageLevel[], more: Partial<CaseResult> = {}): CaseResult => ({
  id: `${level}-${gold.join('-')}`,
  family: null,
  language: 'en',
  reporter: 'patient',
  age: { value: 30, unit: 'year' },
  sex: 'female',
  narrative: 'invented',
  interview: false,
  gold: { triage: gold, complaints: null, findings: null },
  level,
  floor: level,
  fired: [],
  protocols: [],
  findings: {},
  asked: [],
  unsafe: [],
  model: null,
  ms: 1,
  ...more,
})
