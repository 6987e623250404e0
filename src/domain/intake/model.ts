import type { FindingCode, FindingStatus, MeasureName } from '#contracts/clinical/finding.ts'
import type { Language } from '#contracts/clinical/language.ts'
import type { Age, Relation, Reporter, Sex } from '#contracts/clinical/profile.ts'
import type { Story, Understanding } from '../understanding/types.ts'
import type { Answer } from './answer.ts'

/** The screens of an intake, in order. `emergency` and `declined` end it out of order. */
export const STEPS = [
  'language',
  'consent',
  'who',
  'age',
  'sex',
  'pregnancy',
  'words',
  'reading',
  'confirm',
  'question',
  'history',
  'vitals',
  'review',
  'sending',
  'done',
] as const
export type Step = (typeof STEPS)[number] | 'emergency' | 'declined'

export type QuestionRef = { protocolId: string; questionId: string }
export type Answered = QuestionRef & { answer: Answer }

/** `null` where nothing was answered yet; conditions not chosen on an answered screen are absent. */
export type History = {
  readonly conditions: readonly FindingCode[] | null
  readonly medications: string
  readonly allergies: string
}

export type VitalName = Exclude<MeasureName, 'pain_score' | 'duration_hours' | 'gestation_weeks'>
export type VitalValues = { readonly [K in VitalName]?: number }

/** What is wrong with what was just entered; the screen says what to do next. `field` names the input. */
export type IntakeError = {
  code: 'required' | 'not-a-number' | 'out-of-range' | 'too-long' | 'pair-incomplete'
  field: string
  min?: number
  max?: number
}

/** `asked`: the first reading, where there was no answer to read it with or it could not be read again. */
export type Retold = { readonly story: Story; readonly extent: 'asked' | 'whole' }

/** One intake, whole and immutable. It lives in memory; a draft of it is kept only as ciphertext. */
export type IntakeModel = {
  readonly step: Step
  readonly language: Language
  readonly consented: boolean
  readonly reporter: Reporter | null
  readonly relation: Relation | null
  readonly age: Age | 'unknown' | null
  readonly sex: Sex | null
  readonly pregnancy: FindingStatus | null
  /** The patient's own words, unaltered. */
  readonly words: string
  readonly understanding: Understanding | null
  /** What the story says now that all was asked; null until the patient sends, and after any change. */
  readonly retold: Retold | null
  /** The words wait for the encoder. */
  readonly reading: 'none' | 'waiting'
  /** Codes the patient marked "not right" on the confirm screen: they go back to unknown. */
  readonly rejected: readonly FindingCode[]
  readonly confirmed: boolean
  /** In the order asked. Answers to questions that no longer apply are kept, and count for nothing meanwhile. */
  readonly answers: readonly Answered[]
  readonly asking: QuestionRef | null
  readonly history: History
  readonly historySeen: boolean
  readonly vitals: VitalValues
  readonly vitalsSeen: boolean
  readonly error: IntakeError | null
  /** Staff were alerted of an emergency; never undone. */
  readonly alert: 'none' | 'sending' | 'sent' | 'failed'
  readonly staffCall: 'none' | 'asking' | 'sending' | 'sent' | 'failed'
  readonly sending: 'idle' | 'reading' | 'assessing' | 'sealing' | 'queued' | 'failed'
  /** What the patient may say at the desk; no clinical meaning. */
  readonly ticket: string | null
  /** The clinic server signed for the packet. Until then it waits on this device and nobody has seen it. */
  readonly delivered: boolean
}

export const initialIntake = (language: Language = 'en'): IntakeModel => ({
  step: 'language',
  language,
  consented: false,
  reporter: null,
  relation: null,
  age: null,
  sex: null,
  pregnancy: null,
  words: '',
  understanding: null,
  retold: null,
  reading: 'none',
  rejected: [],
  confirmed: false,
  answers: [],
  asking: null,
  history: { conditions: null, medications: '', allergies: '' },
  historySeen: false,
  vitals: {},
  vitalsSeen: false,
  error: null,
  alert: 'none',
  staffCall: 'none',
  sending: 'idle',
  ticket: null,
  delivered: false,
})
