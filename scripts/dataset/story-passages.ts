import type { EvaluationCase } from '#contracts/evaluation/case.ts'
import { makeFacts } from '#domain/triage/facts.ts'
import { selectProtocols } from '#domain/triage/select-protocols.ts'
import { triage } from '#domain/triage/triage.ts'
import type { Workshop } from './make-row.ts'

/** A story and the passages that answer it, best first: what the embedder is trained on. */
export type StoryPassages = { id: string; language: 'en' | 'es'; text: string; passages: string[] }

const KINDS: ReadonlySet<string> = new Set(['red-flag', 'level', 'routine'])

/** Which passages the rules cite for what the writer of a story marked; null when no rule of a complaint fires. */
export const storyPassages = (w: Workshop, story: EvaluationCase): StoryPassages | null => {
  const { age, sex, reporter, narrative, gold, language } = story
  const findings = Object.entries(gold.findings ?? {}).map(([code, status]) => ({ code, status, source: 'narrative' as const }))
  const facts = makeFacts({
    findings,
    measures: [],
    profile: { reporter, sex, ...(age ? { age } : {}) },
    lexicon: w.bundle.lexicon,
  })
  const protocols = selectProtocols({ facts, protocols: w.bundle.protocols })
  const { fired } = triage({ protocols, facts, mode: 'one-shot', vitals: w.bundle.vitals, calm: true })
  // A writer marks what matters, not everything: a rule of another level than the writer's rests on too little.
  const own = fired.filter((r) => KINDS.has(r.kind) && gold.triage.includes(r.level))
  const cited = own.flatMap((r) => r.cite ?? [])
  const passages = [...new Set(cited)].filter((id) => w.passages.has(id)).slice(0, 3)
  return passages.length > 0 ? { id: story.id, language, text: narrative, passages } : null
}
