import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { LexiconFile } from '#contracts/content/lexicon.ts'
import { Protocol, type Question } from '#contracts/content/protocol.ts'
import { EarlyWarningScore, VitalsLimits } from '#contracts/content/vitals.ts'
import { derive, type IntakeDeps } from '#domain/intake/derive.ts'
import type { IntakeEffect, IntakeEvent } from '#domain/intake/events.ts'
import { type IntakeModel, initialIntake } from '#domain/intake/model.ts'
import type { Assessed } from '#domain/intake/packet-draft.ts'
import { updateIntake } from '#domain/intake/update.ts'
import { compileLexicon } from '#domain/understanding/lexicon-index.ts'
import { contextEntries, cues, lexicon } from '../understanding/lexicon-fixture.ts'

const t = (text: string) => ({ en: text, es: `${text} (es)` })
const rest = (id: string) => ({
  version: '1.0.0',
  icpc2: 'A01',
  title: t(id),
  modifiers: [],
  considerations: [{ id: 'one', text: t('possible'), cite: 'g#a' }],
  actions: [
    { id: 'first', levels: ['high'], text: t('see'), cite: 'g#a' },
    { id: 'second', levels: ['low'], text: t('rest'), cite: 'g#a' },
  ],
  selfCare: [{ text: t('rest'), cite: 'g#a' }],
  safetyNet: [{ text: t('return'), cite: 'g#a' }],
  sources: [{ title: 's', publisher: 'p', year: 2024 }],
  reviewed: '2026-01-01',
  reviewDue: '2028-01-01',
})
const levels = [
  { id: 'la', level: 'low', when: 'cough', reason: t('cough') },
  { id: 'lb', level: 'low', when: 'sore-throat', reason: t('throat') },
  { id: 'lc', level: 'medium', when: 'fever', reason: t('fever') },
]

export const sideQuestion: Question = {
  kind: 'choice',
  id: 'side',
  text: t('Which side?'),
  options: [
    { id: 'left-arm', label: { en: 'Left arm', es: 'Brazo izquierdo' }, finding: 'pain-left' },
    { id: 'right-arm', label: { en: 'Right arm', es: 'Brazo derecho' }, finding: 'pain-right' },
    { id: 'neither', label: { en: 'Neither', es: 'Ninguno' } },
  ],
}
export const protocols: Protocol[] = [
  {
    ...rest('sore-throat'),
    id: 'sore-throat',
    entry: ['sore-throat'],
    questions: [
      { kind: 'yes-no', id: 'drool', finding: 'drooling', text: t('Drooling?') },
      { kind: 'yes-no', id: 'cough', finding: 'cough', text: t('Cough?') },
      {
        kind: 'multi',
        id: 'more',
        when: 'cough',
        text: t('With the cough?'),
        options: [
          { id: 'phlegm', finding: 'phlegm', label: { en: 'Phlegm', es: 'Flema' } },
          { id: 'blood', finding: 'coughing-blood', label: { en: 'Blood when coughing', es: 'Sangre al toser' } },
        ],
      },
      { kind: 'measure', id: 'long', measure: 'duration_hours', min: 0, max: 1000, text: t('How long?') },
    ],
    redFlags: [{ id: 'airway', level: 'emergency', when: 'drooling', reason: t('airway'), cite: 'g#a' }],
    levels,
  },
  {
    ...rest('chest-pain'),
    id: 'chest-pain',
    entry: ['chest-pain'],
    questions: [sideQuestion],
    redFlags: [{ id: 'crushing', level: 'emergency', when: 'crushing-pain', reason: t('crushing'), cite: 'g#a' }],
    levels,
  },
  {
    ...rest('general'),
    id: 'general',
    entry: ['fever'],
    questions: [{ kind: 'yes-no', id: 'worse', finding: 'worsening', text: t('Worse?') }],
    redFlags: [{ id: 'worse', level: 'high', when: 'worsening', reason: t('worse'), cite: 'g#a' }],
    levels,
  },
].map((p) => Protocol.parse(p))

const all = [...lexicon, ...contextEntries.filter((e) => !lexicon.some((l) => l.code === e.code))]
export const deps: IntakeDeps = {
  content: {
    lexicon: LexiconFile.parse({ entries: all }).entries,
    protocols,
    cues,
    vitals: {
      score: EarlyWarningScore.parse(parse(readFileSync('knowledge-index/vitals/news2.yaml', 'utf8'))),
      limits: VitalsLimits.parse(parse(readFileSync('knowledge-index/vitals/limits.yaml', 'utf8'))),
    },
  },
  lexiconIndex: compileLexicon(all),
}

export type Played = { model: IntakeModel; effects: IntakeEffect[] }

/** Plays events in order; the effects of all of them, without drafts and focus. */
export const play = (events: readonly IntakeEvent[], from: IntakeModel = initialIntake()): Played => {
  let model = from
  const effects: IntakeEffect[] = []
  for (const event of events) {
    const step = updateIntake(model, event, deps)
    model = step.model
    effects.push(...step.effects.filter((e) => e.type !== 'persist-draft' && e.type !== 'focus'))
  }
  return { model, effects }
}
export const derived = (model: IntakeModel) => derive(model, deps)

export const toWords: readonly IntakeEvent[] = [
  { type: 'language-chosen', language: 'en' },
  { type: 'consent-given' },
  { type: 'who-answered', who: 'self' },
  { type: 'age-entered', value: '34', unit: 'year' },
  { type: 'sex-answered', sex: 'male' },
]
export const say = (words: string): IntakeEvent[] => [...toWords, { type: 'words-submitted', words }]

/** What a runner without a model answers. */
export const assessed: Assessed = {
  outcome: { kind: 'hand-off', reason: 'disabled', attempts: 0, violated: [] },
  passages: [],
  provenance: {
    appVersion: '0',
    engine: 'rules',
    backend: 'none',
    modelId: null,
    modelHash: null,
    promptId: null,
    indexId: null,
    contentHash: 'x',
    generationMs: null,
  },
}
