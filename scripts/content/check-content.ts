import type { Protocol } from '#contracts/content/protocol.ts'
import { checkAsks } from './checks/asks-checks.ts'
import { checkProtocol, type KnownCode, type Report } from './checks/protocol-checks.ts'
import { checkReachable, unusedCodes } from './checks/reachability.ts'
import { stuckRedFlags } from './checks/simulate-interview.ts'
import { certaintyIn, isHedged, medicineIn, readingGrade, sharedWords } from './checks/text-checks.ts'
import type { LoadedContent, Sourced } from './load-content.ts'
import type { Problem } from './problem.ts'
import type { Path } from './yaml-source.ts'

const MAX_READING_GRADE = 7
const PASSAGE_WORDS = { min: 40, max: 90 } as const

/**
 * All checks across files that a schema cannot make. `content` comes from `loadContent`; its own problems are not repeated.
 * With `only`, the checks inside a protocol are made for that one.
 */
export const checkContent = (content: LoadedContent, only?: string): Problem[] => {
  const problems: Problem[] = []
  const reporter =
    (s: Sourced<unknown>): Report =>
    (path, message, severity = 'error') => {
      const full = [...s.path, ...path]
      problems.push({ file: s.source.file, line: s.source.lineOf(full), message: `${full.join('.')}: ${message}`, severity })
    }
  const known = checkLexicon(content, reporter)
  const passages = checkGuidelines(content, problems)
  problems.push(...checkAsks(content, reporter))
  const lexicon = content.lexicon.map((e) => e.value)
  const entries = new Map(lexicon.map((e) => [e.code, e]))
  if (content.protocols.length > 0)
    for (const code of unusedCodes(
      content.protocols.map((p) => p.value),
      lexicon,
    )) {
      const sourced = content.lexicon.find((e) => e.value.code === code)
      if (sourced) reporter(sourced)(['code'], `no protocol enters by, asks or reads "${code}"`, 'warning')
    }
  const ids = new Set<string>()
  for (const sourced of content.protocols) {
    const report = reporter(sourced)
    const p = sourced.value
    if (ids.has(p.id)) report(['id'], `protocol id "${p.id}" is used twice`)
    ids.add(p.id)
    if (only !== undefined && p.id !== only) continue
    if (!sourced.source.file.endsWith(`/${p.id}.yaml`)) report(['id'], `the file must be named ${p.id}.yaml`)
    checkProtocol(p, known, report)
    for (const { index, missing, entry, age } of stuckRedFlags(p, lexicon)) {
      const who = `"${entry}" at ${age.value} ${age.unit}`
      report(['redFlags', index, 'when'], `stays open for ${who} after all questions: ${missing.join(', ')} is never settled`)
    }
    checkReachable(p, entries, report)
    checkTexts(p, report)
    checkCites(p, passages, report)
  }
  if (content.protocols.length > 0 && !ids.has('general')) {
    problems.push({
      file: 'protocols/general.yaml',
      line: 1,
      message: 'the fallback protocol "general" is missing',
      severity: 'warning',
    })
  }
  return problems
}

/** Overdue or impossible review dates. `today` is an ISO date. */
export const checkReviewDates = (content: LoadedContent, today: string): Problem[] => {
  const out: Problem[] = []
  const check = (file: string, line: number, dates: { reviewed: string; reviewDue: string }): void => {
    const message =
      dates.reviewDue < today
        ? `review was due on ${dates.reviewDue}`
        : dates.reviewed > today
          ? `reviewed ${dates.reviewed} is in the future`
          : dates.reviewDue <= dates.reviewed
            ? 'reviewDue must be after reviewed'
            : null
    if (message) out.push({ file, line, message, severity: 'error' })
  }
  for (const { value, source } of content.protocols) check(source.file, source.lineOf(['reviewDue']), value)
  for (const g of content.guidelines) check(g.file, 1, g.meta)
  return out
}

const checkLexicon = (content: LoadedContent, reporter: (s: Sourced<unknown>) => Report): Map<string, KnownCode> => {
  const known = new Map<string, KnownCode>(content.brokenCodes.map((code) => [code, 'broken']))
  const placeOf = new Map<string, string>()
  for (const entry of content.lexicon) {
    const { code, kind, terms } = entry.value
    const place = `${entry.source.file}:${entry.source.lineOf(entry.path)}`
    if (placeOf.has(code)) reporter(entry)(['code'], `"${code}" is already defined at ${placeOf.get(code)}`)
    else placeOf.set(code, place)
    known.set(code, { kind, hasTerms: terms.en.length + terms.es.length > 0 })
  }
  for (const entry of content.lexicon) {
    const report = reporter(entry)
    entry.value.implies?.forEach((code, i) => {
      if (!known.has(code)) report(['implies', i], `finding "${code}" is not in the lexicon`)
      if (code === entry.value.code) report(['implies', i], 'a finding cannot imply itself')
    })
    for (const language of ['en', 'es'] as const) {
      const seen = new Set<string>()
      entry.value.terms[language].forEach((term, i) => {
        const path = ['terms', language, i]
        if (!/^[\p{Ll}\p{N}]+(?:\*|(?:\|[\p{Ll}\p{N}]+)+)?(?: [\p{Ll}\p{N}]+(?:\*|(?:\|[\p{Ll}\p{N}]+)+)?)*$/u.test(term)) {
          report(path, `"${term}": lower-case words without punctuation, single spaces, "*" only at the end of a word`)
        }
        if (seen.has(term)) report(path, `"${term}" is listed twice`, 'warning')
        seen.add(term)
      })
    }
  }
  return known
}

type PassageUse = ReadonlyMap<string, { text: string; protocols: readonly string[] }>

const checkGuidelines = (content: LoadedContent, problems: Problem[]): PassageUse => {
  const passages = new Map<string, { text: string; protocols: readonly string[] }>()
  const ids = new Set<string>()
  for (const g of content.guidelines) {
    const add = (line: number, message: string, severity: 'error' | 'warning' = 'error'): void => {
      problems.push({ file: g.file, line, message, severity })
    }
    if (ids.has(g.meta.id)) add(1, `guideline id "${g.meta.id}" is used twice`)
    ids.add(g.meta.id)
    if (!g.file.endsWith(`/${g.meta.id}.md`)) add(1, `the file must be named ${g.meta.id}.md`)
    for (const { passage, line } of g.passages) {
      if (passages.has(passage.id)) add(line, `anchor "${passage.id}" is used twice`)
      passages.set(passage.id, { text: `${passage.heading} ${passage.text}`, protocols: passage.protocols })
      const words = passage.text.split(' ').filter((w) => w !== '').length
      if (words === 0) add(line, 'the section is empty')
      else if (words < PASSAGE_WORDS.min || words > PASSAGE_WORDS.max) {
        add(line, `${words} words; a passage has ${PASSAGE_WORDS.min}-${PASSAGE_WORDS.max}`, 'warning')
      }
      const medicine = medicineIn(passage.text)
      if (medicine) add(line, `names a medicine or dose: "${medicine}"`)
    }
  }
  return passages
}

type Citing = { path: Path; cite: string; text: string }

const citations = (p: Protocol): Citing[] => [
  ...(['redFlags', 'levels', 'modifiers'] as const).flatMap((list) =>
    p[list].flatMap((r, i) => (r.cite === undefined ? [] : [{ path: [list, i, 'cite'], cite: r.cite, text: r.reason.en }])),
  ),
  ...(['considerations', 'actions', 'selfCare', 'safetyNet'] as const).flatMap((list) =>
    p[list].map((x, i) => ({ path: [list, i, 'cite'], cite: x.cite, text: x.text.en })),
  ),
]

const checkCites = (p: Protocol, passages: PassageUse, report: Report): void => {
  for (const { path, cite, text } of citations(p)) {
    const passage = passages.get(cite)
    if (!passage) report(path, `no passage "${cite}"`)
    else if (!passage.protocols.includes(p.id)) report(path, `the guideline of "${cite}" does not list protocol ${p.id}`)
    else if (sharedWords(text, passage.text) < 2)
      report(path, `"${cite}" shares hardly a word with the text it should support`, 'warning')
  }
}

const checkTexts = (p: Protocol, report: Report): void => {
  const questions = p.questions.flatMap((q, i) => [
    { path: ['questions', i, 'text'] as Path, text: q.text },
    ...(q.help ? [{ path: ['questions', i, 'help'] as Path, text: q.help }] : []),
    ...(q.kind === 'choice' || q.kind === 'multi'
      ? q.options.map((o, j) => ({ path: ['questions', i, 'options', j, 'label'] as Path, text: o.label }))
      : []),
  ])
  const lists = (['selfCare', 'safetyNet', 'considerations', 'actions'] as const).flatMap((list) =>
    p[list].map((x, i) => ({ path: [list, i, 'text'] as Path, text: x.text })),
  )
  for (const { path, text } of [...questions, ...lists]) {
    for (const language of ['en', 'es'] as const) {
      const medicine = medicineIn(text[language])
      if (medicine) report([...path, language], `names a medicine or dose: "${medicine}"`)
      const certain = certaintyIn(text[language])
      if (certain) report([...path, language], `promises certainty or reassures: "${certain}"`)
    }
  }
  p.considerations.forEach((c, i) => {
    for (const language of ['en', 'es'] as const) {
      if (!isHedged(c.text[language], language))
        report(['considerations', i, 'text', language], 'is not hedged (possible, may, concerning for …)')
    }
  })
  const patientTexts = [
    ...questions.filter((q) => !q.path.includes('options')),
    ...lists.filter((l) => /^s/.test(String(l.path[0]))),
  ]
  const grade = readingGrade(patientTexts.map((t) => t.text.en))
  if (grade > MAX_READING_GRADE) {
    report(['questions'], `English patient text reads at grade ${grade.toFixed(1)}, aim for ${MAX_READING_GRADE}`, 'warning')
  }
}
