import type { Finding, Measure } from '#contracts/clinical/finding.ts'
import type { Packet, TranscriptEntry } from '#contracts/clinical/packet.ts'
import type { Passage } from '#contracts/content/guideline.ts'
import type { Protocol } from '#contracts/content/protocol.ts'
import { reasonsForEncounter } from '../acuity/name-complaint.ts'
import { entriesOf, statusOf } from '../triage/facts.ts'
import { applyAnswer } from './answer.ts'
import { type Derived, type IntakeDeps, storyOfIntake } from './derive.ts'
import type { IntakeModel } from './model.ts'

/** Everything of a packet that the intake knows, and the protocols behind it, for retrieval and the prompt. */
export type PacketDraft = Pick<
  Packet,
  'language' | 'profile' | 'words' | 'complaints' | 'findings' | 'measures' | 'transcript' | 'history' | 'floor'
> & {
  protocols: readonly Protocol[]
  /** The narrative encoder that read the words, for the provenance; null where the lexicon read alone. */
  encoder: string | null
}

/** What an assessment adds to the draft. `passages` are those the floor or the assessment cites. */
export type Assessed = Pick<Packet, 'outcome' | 'provenance'> & { passages: readonly Passage[] }

const sourceRank: Readonly<Record<Finding['source'], number>> = {
  staff: 0,
  narrative: 1,
  answer: 2,
  vitals: 3,
  profile: 4,
  history: 5,
  model: 6,
}

/** One finding a code, with the status the rules read; where sources agree, the one with the patient's words is shown. */
export const settledFindings = ({ findings, facts }: Pick<Derived, 'findings' | 'facts'>): Finding[] => {
  const byCode = new Map<string, Finding>()
  for (const f of [...findings].sort((a, b) => sourceRank[a.source] - sourceRank[b.source])) {
    const status = statusOf(facts, f.code)
    const known = byCode.get(f.code)
    if (!known || (known.status !== status && f.status === status)) byCode.set(f.code, f)
  }
  return [...byCode.values()].map((f) => ({ ...f, status: statusOf(facts, f.code) }))
}

const settledMeasures = ({ measures, facts }: Derived): Measure[] =>
  [...facts.measures].flatMap(([name, value]) => measures.findLast((m) => m.name === name && m.value === value) ?? [])

const transcript = (model: IntakeModel, derived: Derived): TranscriptEntry[] =>
  derived.active.map(({ question, answered }) => ({
    protocolId: answered.protocolId,
    questionId: answered.questionId,
    question: question.text[model.language],
    answer: applyAnswer(question, answered.answer, model.language).text,
    skipped: answered.answer.kind === 'skipped',
  }))

/** The packet as far as the intake goes. Pure; the words are copied as they are. */
export const packetDraft = (model: IntakeModel, derived: Derived, deps: IntakeDeps): PacketDraft => {
  const byCode = new Map(deps.content.lexicon.map((e) => [e.code, e.label[model.language]]))
  const story = storyOfIntake(model)
  return {
    language: model.language,
    profile: derived.profile,
    words: model.words,
    complaints: reasonsForEncounter(derived, entriesOf(deps.content.lexicon), story).map((c) => ({
      ...c,
      confirmed: model.confirmed,
    })),
    findings: settledFindings(derived),
    measures: settledMeasures(derived),
    transcript: transcript(model, derived),
    history: {
      conditions: (model.history.conditions ?? []).map((c) => byCode.get(c) ?? c).join('; '),
      medications: model.history.medications,
      allergies: model.history.allergies,
    },
    floor: derived.floor,
    protocols: derived.protocols,
    encoder: story?.encoder ?? null,
  }
}
