import type { FindingCode, FindingStatus } from '#contracts/clinical/finding.ts'
import type { Language } from '#contracts/clinical/language.ts'
import type { AgeUnit, Profile, Relation, Sex } from '#contracts/clinical/profile.ts'
import type { NarrativeReading } from '#contracts/workers/understanding.ts'
import type { Answer } from './answer.ts'
import type { IntakeModel, Step } from './model.ts'
import type { Assessed, PacketDraft } from './packet-draft.ts'

/** Number fields come as typed; `update` reads them, so that a wrong one is an answer with an error and not a crash. */
export type IntakeEvent =
  | { type: 'language-chosen'; language: Language }
  /** The switch that is always there: the words change, the place does not. */
  | { type: 'language-switched'; language: Language }
  | { type: 'consent-given' }
  | { type: 'consent-declined' }
  | { type: 'who-answered'; who: 'self' }
  | { type: 'who-answered'; who: 'other'; relation: Relation | null }
  | { type: 'age-entered'; value: string; unit: AgeUnit }
  | { type: 'age-skipped' }
  | { type: 'sex-answered'; sex: Sex }
  | { type: 'pregnancy-answered'; status: FindingStatus }
  | { type: 'words-submitted'; words: string }
  /** From the confirm screen: more in the patient's own words, kept after what was said before. */
  | { type: 'words-added'; words: string }
  /** What the encoder made of the words (and answers) that `of` names; null when it could not be asked: the lexicon then reads alone. */
  | { type: 'words-read'; of: string; reading: NarrativeReading | null }
  | { type: 'item-rejected'; code: FindingCode }
  | { type: 'item-restored'; code: FindingCode }
  | { type: 'understood-confirmed' }
  | { type: 'question-answered'; answer: Answer }
  | { type: 'history-entered'; conditions: readonly FindingCode[]; medications: string; allergies: string }
  | { type: 'history-skipped' }
  | { type: 'vitals-entered'; values: Readonly<Record<string, string>>; temperatureUnit: 'celsius' | 'fahrenheit' }
  | { type: 'vitals-skipped' }
  /** The screen was left without the choice it needs. */
  | { type: 'choice-missing'; field: string }
  | { type: 'edit-requested'; step: Step; question?: { protocolId: string; questionId: string } }
  | { type: 'back-requested' }
  | { type: 'send-requested' }
  | { type: 'assessed'; assessed: Assessed }
  | { type: 'packet-queued'; ticket: string }
  /** The server's receipt for the queued packet was verified. */
  | { type: 'packet-delivered' }
  | { type: 'packet-failed' }
  | { type: 'staff-alerted' }
  | { type: 'staff-alert-failed' }
  /** On the emergency screen: call again. */
  | { type: 'alert-repeated' }
  | { type: 'staff-call-opened' }
  | { type: 'staff-call-confirmed' }
  | { type: 'staff-called' }
  | { type: 'staff-call-failed' }
  | { type: 'staff-call-closed' }
  | { type: 'finished' }

/** Commands, run outside (`app/effects`). `send` effects carry all they need, so a runner keeps no state of its own. */
export type IntakeEffect =
  | { type: 'persist-draft'; model: IntakeModel }
  /** `urgent`: the lexicon alone takes it for an emergency, so the answer must come within seconds. `answers`: as `answersText`. */
  | { type: 'read-words'; of: string; words: string; profile: Profile; urgent: boolean; answers?: string }
  | { type: 'alert-staff' }
  | { type: 'call-staff' }
  | { type: 'start-assessment'; draft: PacketDraft }
  | { type: 'seal-and-queue'; draft: PacketDraft; assessed: Assessed }
  | { type: 'wipe'; reason: 'ended' }
  | { type: 'focus'; target: 'heading' | 'error' }
