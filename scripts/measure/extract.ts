import type { EvaluationCase } from '#contracts/evaluation/case.ts'
import type { TextGraph } from '#domain/assessment/text-graph.ts'
import { understand } from '#domain/understanding/understand.ts'
import { extractRow } from '../dataset/extract-row.ts'
import { answer, type Bench } from './bench.ts'
import { Matches, Shares } from './score.ts'

const MOST_FINDINGS = 8
const MOST_QUOTE_WORDS = 12

/** Every run of up to {@link MOST_QUOTE_WORDS} words of a text, so that a quote is verbatim by construction. */
const quotes = (text: string): TextGraph => {
  const words = [...text.matchAll(/\S+/g)].map((m) => ({ text: m[0], at: m.index }))
  const place = (i: number, n: number): string => `${i}.${n}`
  const next: Record<string, [string, string][]> = {}
  words.forEach((_, i) => {
    for (let n = 1; n <= MOST_QUOTE_WORDS; n++) {
      const [here, after] = [words[i], words[i + 1]]
      next[place(i, n)] =
        here && after && n < MOST_QUOTE_WORDS
          ? [[text.slice(here.at + here.text.length, after.at + after.text.length), place(i + 1, n + 1)]]
          : []
    }
  })
  return { start: words.map((w, i) => [w.text, place(i, 1)]), next, end: Object.keys(next) }
}

/**
 * Findings that the model reads in stories of the case bank, against their writers' gold, beside the lexicon alone on the same
 * stories. A finding counts with its status.
 */
export const measureExtraction = async (bench: Bench, stories: readonly EvaluationCase[]): Promise<Record<string, unknown>> => {
  const { workshop, random } = bench
  const { lexicon, cues } = workshop.bundle
  const codeOf = new Map(lexicon.map((e) => [e.label.en, e.code]))
  const [model, alone] = [new Matches(), new Matches()]
  const shares = new Shares()
  const chosen = random.sample(stories, bench.rows)
  let done = 0
  for (const story of chosen) {
    process.stderr.write(`\r${++done}/${chosen.length}`)
    const row = extractRow(workshop, story)
    if (!row) continue
    const finding = {
      type: 'object',
      properties: {
        finding: { enum: [...codeOf.keys()] },
        status: { enum: ['present', 'absent', 'unknown'] },
        quote: { type: 'string', graph: quotes(story.narrative) },
      },
      required: ['finding', 'status', 'quote'],
      additionalProperties: false,
    }
    const schema = {
      type: 'object',
      properties: { findings: { type: 'array', minItems: 1, maxItems: MOST_FINDINGS, items: finding } },
      required: ['findings'],
      additionalProperties: false,
    }
    const written = await answer(bench, row.conversation_history, schema, 400)
    shares.add('written', written !== null)
    const found: { finding: string; status: string; quote: string }[] = written ? JSON.parse(written.text).findings : []
    for (const f of found) shares.add('quote_verbatim', story.narrative.includes(f.quote))
    const gold = new Set(row.symptoms.map((s) => `${s.code}:${s.status}`))
    model.add(new Set(found.map((f) => `${codeOf.get(f.finding)}:${f.status}`)), gold)
    const { findings } = understand({
      words: story.narrative,
      language: story.language,
      profile: row.patient_profile,
      lexicon,
      cues,
    })
    alone.add(new Set(findings.map((f) => `${f.code}:${f.status}`)), gold)
    bench.keep({ task: 'extract', id: story.id, found, gold: [...gold] })
  }
  return { ...shares.report(), model: model.report(), lexicon_alone: alone.report() }
}
