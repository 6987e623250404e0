import type { EvaluationCase } from '#contracts/evaluation/case.ts'
import { type Message, type Row, systemOf, teller, type Workshop } from './make-row.ts'

/** A story of the case bank with the findings its writer marked, as the extraction task; null when none was quoted. */
export const extractRow = (w: Workshop, story: EvaluationCase): Row | null => {
  const { age, sex, reporter, narrative, gold, language } = story
  const profile = { reporter, sex, ...(age ? { age } : {}) }
  const findings = Object.entries(gold.findings ?? {}).flatMap(([code, status]) => {
    const [quote, label] = [gold.quotes?.[code], w.lexicon.get(code)?.label.en]
    return quote && label && narrative.includes(quote) ? [{ at: narrative.indexOf(quote), code, label, status, quote }] : []
  })
  if (findings.length === 0) return null
  findings.sort((a, b) => a.at - b.at)
  const output = { findings: findings.map(({ label, status, quote }) => ({ finding: label, status, quote })) }
  const ask: Message[] = [
    { role: 'system', content: systemOf(w, 'extract') },
    {
      role: 'user',
      content: `${teller(profile)}\nwords: ${narrative}`,
    },
  ]
  return {
    id: `extract-${story.id}`,
    task: 'extract',
    origin: { source: 'case bank of this project', licence: 'Apache-2.0', kind: 'authored', consent: null, deidentified: true },
    language,
    patient_profile: profile,
    symptoms: findings.map(({ code, status }) => ({ code, status })),
    conversation_history: ask,
    expected_output: output,
    messages: [...ask, { role: 'assistant', content: JSON.stringify(output) }],
  }
}
