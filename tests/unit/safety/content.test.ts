import { expect, test } from 'vitest'
import type { Verdict } from '#contracts/clinical/assessment.ts'
import { DISCLAIMER, SUMMARY_PREFIX } from '#contracts/clinical/assessment.ts'
import type { Language } from '#contracts/clinical/language.ts'
import type { TriageLevel } from '#contracts/clinical/triage-level.ts'
import type { ValidationContext } from '#domain/safety/context.ts'
import { validateAssessment } from '#domain/safety/validate.ts'
import { compileBundle } from '../../../scripts/content/compile-bundle.ts'
import { loadPassages } from '../../../scripts/content/load-content.ts'
import { makeRow, openWorkshop } from '../../../scripts/dataset/make-row.ts'
import { makeRandom } from '../../../scripts/dataset/random.ts'
import { loaded } from './suite.ts'

const passages = new Map(loadPassages().map((p) => [p.id, p]))
const protocols = loaded.content.protocols.map((p) => p.value)

/** Verdict on one text of a protocol, alone in an otherwise plain assessment, citing its own passage. */
const verdictOn = (
  kind: 'concerns' | 'actions',
  text: string,
  cite: string,
  level: TriageLevel,
  language: Language,
  labels: readonly string[],
): Verdict => {
  const passage = passages.get(cite)
  if (!passage) throw new Error(`no passage ${cite}`)
  const context: ValidationContext = {
    language,
    floor: level,
    findings: labels.map((label) => ({ id: label, label, status: 'present' })),
    passages: [{ id: passage.id, heading: passage.heading, text: passage.text }],
    escalationGroups: [],
    phrases: loaded.books[language],
  }
  const plain = {
    en: { concern: 'Reported.', action: 'Same-day clinician review.' },
    es: { concern: 'Refiere.', action: 'Revisión clínica hoy.' },
  }[language]
  const statements = {
    concerns: [{ text: plain.concern, cites: ['p1'] }],
    actions: [{ text: plain.action, cites: ['p1'] }],
    [kind]: [{ text, cites: ['p1'] }, ...(kind === 'actions' ? [{ text: plain.action, cites: ['p1'] }] : [])],
  }
  const summary = `${SUMMARY_PREFIX[language]} ${{ en: 'symptoms reported', es: 'síntomas comunicados' }[language]}.`
  return validateAssessment({ level, summary, ...statements, disclaimer: DISCLAIMER[language] }, context)
}

const labelsOf = (entry: readonly string[], language: Language): string[] =>
  loaded.content.lexicon.filter((e) => entry.includes(e.value.code)).map((e) => e.value.label[language])

const texts = protocols.flatMap((p) => [
  ...p.considerations.map((c) => ({
    id: `${p.id} ${c.id}`,
    kind: 'concerns' as const,
    text: c.text,
    cite: c.cite,
    level: 'high' as const,
    entry: p.entry,
  })),
  ...p.actions.map((a) => ({
    id: `${p.id} ${a.id}`,
    kind: 'actions' as const,
    text: a.text,
    cite: a.cite,
    level: a.levels[0] ?? 'high',
    entry: p.entry,
  })),
])

/** Passages are English, so Spanish texts are held to every rule but the citation ones. */
const failures = (language: Language): string[] =>
  texts.flatMap(({ id, kind, text, cite, level, entry }) => {
    const verdict = verdictOn(kind, text[language], cite, level, language, labelsOf(entry, language))
    const broken = verdict.valid
      ? []
      : verdict.violations.filter((v) => language === 'en' || !v.constraint.startsWith('citation'))
    return broken.map((v) => `${id} [${v.constraint}: ${v.excerpt ?? ''}] ${text[language]}`)
  })

test('protocols have texts to check', () => {
  expect(texts.length).toBeGreaterThan(200)
})

test('every English consideration and action passes when cited to its own passage', () => {
  expect(failures('en')).toEqual([])
})

test('every Spanish consideration and action passes the wording rules', () => {
  expect(failures('es')).toEqual([])
})

test('targets of the dataset generator pass, and none is refused for its wording', () => {
  const compiled = compileBundle()
  if (!compiled.ok) throw new Error('content does not compile')
  const workshop = openWorkshop(compiled.value, loadPassages(), loaded.books.en)
  const random = makeRandom(150)
  const refused: string[] = []
  let rows = 0
  for (const protocol of compiled.value.protocols) {
    for (let made = 0, tries = 0; made < 5 && tries < 100; tries++) {
      const result = makeRow(workshop, protocol, `t${tries}`, random)
      if ('row' in result) made++
      else if (result.rejected !== 'does-not-apply') refused.push(`${protocol.id} ${result.rejected}`)
      rows += 'row' in result ? 1 : 0
    }
  }
  expect(rows).toBe(compiled.value.protocols.length * 5)
  // A target may still fall short of what it cites or of an unconditional escalation: the generator then draws again.
  expect(refused.filter((r) => !/ (?:citation-unsupported:|must-escalate:)\s*$/.test(r))).toEqual([])
})
