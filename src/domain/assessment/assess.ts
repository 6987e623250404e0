import { Assessment, type Verdict, type Violation } from '#contracts/clinical/assessment.ts'
import type { Finding } from '#contracts/clinical/finding.ts'
import type { Floor } from '#contracts/clinical/floor.ts'
import type { Handover } from '#contracts/clinical/handover.ts'
import type { AssessmentOutcome } from '#contracts/clinical/packet.ts'
import type { Profile } from '#contracts/clinical/profile.ts'
import type { ContentBundle } from '#contracts/content/bundle.ts'
import type { Passage } from '#contracts/content/guideline.ts'
import type { LexiconEntry } from '#contracts/content/lexicon.ts'
import type { Protocol } from '#contracts/content/protocol.ts'
import type { Result } from '#contracts/result.ts'
import type { ChatMessage, Generated, GenerateError, GenerateOptions } from '#contracts/workers/inference.ts'
import type { RetrievalQuery } from '#contracts/workers/retrieval.ts'
import { resolveCitations } from '../packet/resolve-citations.ts'
import { preferenceOf } from '../retrieval/preference.ts'
import type { ValidationContext } from '../safety/context.ts'
import { compilePhrasebook, type Phrasebook } from '../safety/phrases.ts'
import { validateAssessment } from '../safety/validate.ts'
import type { Facts } from '../triage/facts.ts'
import { attribute } from './attribute.ts'
import { caseSchema } from './case-schema.ts'
import { type AssessEffect, type AssessEvent, type AssessModel, initialAssess, updateAssess } from './flow.ts'
import { handoverSchema, parseHandover } from './handover.ts'
import { assessmentInput, backgroundOf } from './input.ts'
import { parseOutput, readAnswer } from './parse.ts'
import { type AssessmentInput, assessmentPrompt, PROMPT_LIMITS } from './prompt.ts'
import { strays } from './strays.ts'

/** What the rules made of a session; the model explains it. */
export type SessionFacts = {
  profile: Profile
  findings: readonly Finding[]
  facts: Facts
  floor: Floor
  protocols: readonly Protocol[]
  /** Own words of the patient, where the session has them: retrieval alone reads them. */
  words?: string
}

/** Content prepared once for all sessions. */
export type AssessContent = {
  bundle: ContentBundle
  lexicon: ReadonlyMap<string, LexiconEntry>
  passages: ReadonlyMap<string, Passage>
  phrases: Phrasebook
}

/** The two workers, behind functions; both may fail and the packet still goes out. */
export type AssessDeps = {
  /** Null when no engine could be loaded. */
  generate: ((messages: readonly ChatMessage[], options: GenerateOptions) => Promise<Result<Generated, GenerateError>>) | null
  /** Empty when retrieval failed: the passages the fired rules cite are then all the model gets. */
  retrieve: (query: RetrievalQuery) => Promise<readonly Passage[]>
}

export type Assessed = {
  /** Citations are finding codes and passage ids. */
  outcome: AssessmentOutcome
  input: AssessmentInput
  promptId: string | null
  generationMs: number | null
  /** One entry a raw output, in order: what the validator said of it. For measuring; never shown. */
  attempts: readonly { valid: boolean; violated: readonly string[]; tokens: number }[]
}

/** Longest a patient waits for one attempt before the packet goes out without AI text. */
export const ATTEMPT_TIMEOUT_MS = 45_000
/** The hand-over is a help, not a need: a slow device goes without it. */
const HANDOVER_TIMEOUT_MS = 12_000
const HANDOVER_TOKENS = 260

export const prepareContent = (bundle: ContentBundle, passages: readonly Passage[]): AssessContent => ({
  bundle,
  lexicon: new Map(bundle.lexicon.map((e) => [e.code, e])),
  passages: new Map(passages.map((p) => [p.id, p])),
  phrases: compilePhrasebook(bundle.safety, 'en'),
})

const NOT_JSON: Verdict = { valid: false, violations: [{ constraint: 'schema', path: '' }] }

/** Of a long story the beginning names what the visit is about. */
const QUERY_WORDS = 600

/**
 * What retrieval is asked: the patient's own words, which stay in the worker, alone and with English labels of what is
 * present; they only choose among reviewed passages. Passages of what was named come first and shut no other out.
 */
export const retrievalQuery = (
  { protocols, findings, words = '' }: SessionFacts,
  lexicon: AssessContent['lexicon'],
): RetrievalQuery => {
  const labels = findings.filter((f) => f.status === 'present').flatMap((f) => lexicon.get(f.code)?.label.en ?? [])
  const own = words.slice(0, QUERY_WORDS).trim()
  const labelled = [own, ...new Set(labels)].join(' ').trim()
  return {
    texts: own === '' ? [labelled] : [own, labelled],
    prefer: preferenceOf(own, protocols),
    k: PROMPT_LIMITS.passages,
  }
}

/** What the validator compares the model's answer with. */
export const validationContext = (
  session: Pick<SessionFacts, 'floor' | 'facts'>,
  input: AssessmentInput,
  content: Pick<AssessContent, 'lexicon' | 'phrases'>,
): ValidationContext => ({
  language: 'en',
  floor: session.floor.level,
  findings: input.findings.map((f) => ({ ...f, escalate: content.lexicon.get(f.id)?.escalate })),
  passages: input.passages,
  escalationGroups: [...new Set(session.facts.escalating.values())],
  phrases: content.phrases,
})

/**
 * Writes the assessment of a session: retrieve, generate under the schema, validate, try again at most twice, else hand
 * over to a person without AI text (DESIGN §1). Never throws for anything an engine or an index does.
 */
export const assess = async (session: SessionFacts, content: AssessContent, deps: AssessDeps): Promise<Assessed> => {
  const prompt = content.bundle.prompts.find((p) => p.task === 'assess') ?? null
  const ready = deps.generate !== null && prompt !== null && session.floor.level !== 'emergency'
  // A port that rejects is a bug elsewhere; the packet goes out all the same.
  const retrieved = ready ? await deps.retrieve(retrievalQuery(session, content.lexicon)).catch(() => []) : []
  const input = assessmentInput({ ...session, lexicon: content.lexicon, passages: content.passages, retrieved })
  const schema = prompt ? caseSchema(session, input, content, prompt.urgency) : {}
  const context = validationContext(session, input, content)
  const judge = (value: unknown): Verdict => judged(value, schema, validateAssessment(value, context))
  const messages: ChatMessage[] = [
    { role: 'system', content: prompt?.system.en ?? '' },
    { role: 'user', content: assessmentPrompt(input) },
  ]

  const attempts: { valid: boolean; violated: readonly string[]; tokens: number }[] = []
  let generationMs: number | null = null
  const attempt = async (effect: Extract<AssessEffect, { type: 'generate' }>): Promise<AssessEvent> => {
    if (!deps.generate || !prompt) return { type: 'failed', reason: 'model-unavailable' }
    const options = {
      schema,
      maxTokens: prompt.maxTokens,
      timeoutMs: ATTEMPT_TIMEOUT_MS,
      temperature: effect.temperature,
      seed: effect.seed,
    }
    const written = readAnswer(await deps.generate(messages, options).catch(() => null))
    if (written === null) return { type: 'failed', reason: 'model-failed' }
    if (!written.ok) return { type: 'failed', reason: written.error.type === 'timeout' ? 'timeout' : 'model-failed' }
    generationMs = (generationMs ?? 0) + written.value.totalMs
    const { text, tokens } = written.value
    const parsed = parseOutput(text)
    const whole = parsed.ok ? Assessment.safeParse(parsed.value) : null
    const raw: Verdict = parsed.ok ? judge(parsed.value) : NOT_JSON
    // Measured on what the model wrote itself, before its citations are put right.
    attempts.push({ valid: raw.valid, violated: raw.valid ? [] : raw.violations.map((v) => v.constraint), tokens })
    const mended = whole?.success ? JSON.stringify(attribute(whole.data, input, content.phrases.stopwordSet)) : text
    return { type: 'generated', text: mended, validate: judge }
  }

  let model: AssessModel = initialAssess
  let event: AssessEvent = { type: 'started', floor: session.floor.level, modelReady: ready }
  while (model.outcome === null) {
    const step = updateAssess(model, event)
    model = step.model
    const next = step.effects.find((e) => e.type === 'generate')
    if (next?.type === 'generate') event = await attempt(next)
  }
  const { generate } = deps
  // The assessment is what the validator passed, with the prompt's own ids.
  const handOver = async (assessment: Assessment): Promise<Handover | null> => {
    if (!generate || !prompt) return null
    const follow: ChatMessage[] = [
      ...messages,
      { role: 'assistant', content: JSON.stringify(assessment) },
      { role: 'user', content: prompt.handover },
    ]
    const schema = handoverSchema(input, assessment, backgroundOf(content.lexicon))
    const options = { schema, maxTokens: HANDOVER_TOKENS, timeoutMs: HANDOVER_TIMEOUT_MS, temperature: 0, seed: 1 }
    const written = readAnswer(await generate(follow, options).catch(() => null))
    const handover = written?.ok ? parseHandover(written.value.text) : null
    return handover && strays(schema, handover).length === 0 ? handover : null
  }
  const { outcome } = model
  const handover = outcome.kind === 'assessment' ? await handOver(outcome.assessment) : null
  return {
    outcome: withRealIds(outcome.kind === 'assessment' && handover ? { ...outcome, handover } : outcome, input),
    input,
    promptId: ready ? (prompt?.id ?? null) : null,
    generationMs,
    attempts,
  }
}

/** The validator's verdict, and that the case's schema holds all that is said, whatever engine wrote it. */
const judged = (value: unknown, schema: Readonly<Record<string, unknown>>, verdict: Verdict): Verdict => {
  const found = verdict.valid ? [] : verdict.violations
  const astray = strays(schema, value).filter((path) => !found.some((v) => v.path === path))
  const [first, ...rest] = [...found, ...astray.map((path): Violation => ({ constraint: 'schema', path }))]
  return first ? { valid: false, violations: [first, ...rest] } : { valid: true }
}

/** The packet stores real ids; the validator has already refused ids that were not in the prompt. */
const withRealIds = (outcome: AssessmentOutcome, input: AssessmentInput): AssessmentOutcome => {
  if (outcome.kind !== 'assessment') return outcome
  const resolved = resolveCitations(Assessment.parse(outcome.assessment), input)
  return resolved.ok
    ? { ...outcome, assessment: resolved.value }
    : { kind: 'hand-off', reason: 'invalid-output', attempts: outcome.attempts, violated: ['citation-unknown'] }
}
