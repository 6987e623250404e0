import MiniSearch from 'minisearch'
import type { Assessment } from '#contracts/clinical/assessment.ts'
import type { Profile } from '#contracts/clinical/profile.ts'
import type { AssessPrompt, ContentBundle } from '#contracts/content/bundle.ts'
import type { Passage } from '#contracts/content/guideline.ts'
import type { LexiconEntry } from '#contracts/content/lexicon.ts'
import type { Protocol } from '#contracts/content/protocol.ts'
import { validationContext } from '#domain/assessment/assess.ts'
import { assessmentInput, backgroundOf } from '#domain/assessment/input.ts'
import { type AssessmentInput, ageText, assessmentPrompt } from '#domain/assessment/prompt.ts'
import type { ValidationContext } from '#domain/safety/context.ts'
import type { Phrasebook } from '#domain/safety/phrases.ts'
import { validateAssessment } from '#domain/safety/validate.ts'
import { evaluateCondition } from '#domain/triage/evaluate-condition.ts'
import { type Facts, makeFacts } from '#domain/triage/facts.ts'
import { triage } from '#domain/triage/triage.ts'
import { targetHandover } from './handover.ts'
import type { Random } from './random.ts'
import { sampleCase } from './sample-case.ts'
import { targetAssessment } from './target.ts'

export type Message = { role: 'system' | 'user' | 'assistant'; content: string }
/** Where a row comes from; the data mix counts and refuses by it. */
export type Origin = {
  source: string
  licence: string
  kind: 'synthetic' | 'authored'
  consent: null
  deidentified: boolean
}
/** One training case in the seed schema; `messages` is what the model is tuned on. */
export type Row = {
  id: string
  task: 'assess' | 'ask' | 'extract'
  origin: Origin
  language: 'en' | 'es'
  patient_profile: Profile
  symptoms: { code: string; status: string }[]
  conversation_history: Message[]
  expected_output: unknown
  messages: Message[]
}
export const SYNTHETIC: Origin = {
  source: 'generator over the protocols of this project',
  licence: 'Apache-2.0',
  kind: 'synthetic',
  consent: null,
  deidentified: true,
}

export type Workshop = {
  bundle: ContentBundle
  lexicon: ReadonlyMap<string, LexiconEntry>
  history: readonly LexiconEntry[]
  passages: ReadonlyMap<string, Passage>
  search: MiniSearch<Passage>
  phrases: Phrasebook
  prompt: AssessPrompt
}

export const openWorkshop = (bundle: ContentBundle, passages: readonly Passage[], phrases: Phrasebook): Workshop => {
  const search = new MiniSearch<Passage>({ fields: ['heading', 'text'], storeFields: [] })
  search.addAll([...passages])
  const prompt = bundle.prompts.find((p) => p.task === 'assess')
  if (!prompt) throw new Error('knowledge-index/prompts has no prompt for the task "assess"')
  return {
    bundle,
    lexicon: new Map(bundle.lexicon.map((e) => [e.code, e])),
    history: bundle.lexicon.filter((e) => e.kind === 'context'),
    passages: new Map(passages.map((p) => [p.id, p])),
    search,
    phrases,
    prompt,
  }
}

/** The system text of a task beside the assessment. */
export const systemOf = (w: Workshop, task: 'ask' | 'extract'): string => {
  const prompt = w.bundle.prompts.find((p) => p.task === task)
  if (!prompt) throw new Error(`knowledge-index/prompts has no prompt for the task "${task}"`)
  return prompt.system.en
}

/** Who the patient is and who tells it: the first line of the prompts for `ask` and `extract`. */
export const teller = ({ age, sex, reporter }: Profile): string => `patient: ${ageText(age)}, ${sex}, told by the ${reporter}`

/** Retrieval for training: mostly what lexical search finds, sometimes distractors, sometimes nothing. */
const retrieve = (w: Workshop, protocol: Protocol, labels: string, r: Random): Passage[] => {
  const draw = r.next()
  if (draw < 0.05) return []
  const own = [...w.passages.values()].filter((p) => p.protocols.includes(protocol.id))
  if (draw < 0.3) return r.sample(draw < 0.12 ? [...w.passages.values()] : own, 3)
  const hits = w.search.search(labels, { filter: (hit) => own.some((p) => p.id === hit.id) })
  return hits.slice(0, 3).flatMap((h) => w.passages.get(String(h.id)) ?? [])
}

/** `input` and `validation` are what the row was made of: for measuring a model on fresh rows. */
export type RowResult =
  | { row: Row; target: Assessment; level: string; input: AssessmentInput; validation: ValidationContext; facts: Facts }
  | { rejected: string }

/** Samples one case, writes what the model should answer, and keeps it only if the safety validator passes it. */
export const makeRow = (w: Workshop, protocol: Protocol, id: string, r: Random): RowResult => {
  const sampled = sampleCase(protocol, w.history, r.pick([0, 0.01, 0.02, 0.04, 0.1, 0.25]), r)
  const facts = makeFacts({ ...sampled, lexicon: w.bundle.lexicon })
  if (protocol.applies && evaluateCondition(protocol.applies, facts).value === 'false') return { rejected: 'does-not-apply' }
  const floor = triage({ protocols: [protocol], facts, mode: 'interview', vitals: w.bundle.vitals })
  const labels = sampled.findings
    .filter((f) => f.status === 'present')
    .map((f) => w.lexicon.get(f.code)?.label.en ?? '')
    .join(' ')
  const input = assessmentInput({
    profile: sampled.profile,
    floor,
    protocols: [protocol],
    findings: sampled.findings,
    facts,
    lexicon: w.lexicon,
    passages: w.passages,
    retrieved: retrieve(w, protocol, `${protocol.title.en} ${labels}`, r),
  })
  const isBackground = backgroundOf(w.lexicon)
  const target = targetAssessment({
    input,
    protocols: [protocol],
    holds: (when) => when === undefined || evaluateCondition(when, facts).value === 'true',
    isBackground,
    phrases: w.phrases,
    urgency: w.prompt.urgency,
    random: r,
  })
  const validation = validationContext({ floor, facts }, input, w)
  const verdict = validateAssessment(target, validation)
  if (!verdict.valid) return { rejected: verdict.violations.map((v) => `${v.constraint}:${v.excerpt ?? ''}`).join(' ') }
  const ask: Message[] = [
    { role: 'system', content: w.prompt.system.en },
    { role: 'user', content: assessmentPrompt(input) },
  ]
  const handover = targetHandover(input, target, isBackground)
  const row: Row = {
    id,
    task: 'assess',
    origin: SYNTHETIC,
    language: 'en',
    patient_profile: sampled.profile,
    symptoms: sampled.findings.filter((f) => f.status !== 'absent').map((f) => ({ code: f.code, status: f.status })),
    conversation_history: ask,
    expected_output: { assessment: target, handover },
    messages: [
      ...ask,
      { role: 'assistant', content: JSON.stringify(target) },
      { role: 'user', content: w.prompt.handover },
      { role: 'assistant', content: JSON.stringify(handover) },
    ],
  }
  return { row, target, level: floor.level, input, validation, facts }
}
