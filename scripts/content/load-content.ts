import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import type { z } from 'zod'
import { Asks } from '#contracts/content/asks.ts'
import { Prompt } from '#contracts/content/bundle.ts'
import type { Passage } from '#contracts/content/guideline.ts'
import { Cues, LexiconEntry, type WordSets, WordSetsFile } from '#contracts/content/lexicon.ts'
import { Protocol } from '#contracts/content/protocol.ts'
import { SafetyPhrases } from '#contracts/content/safety.ts'
import { EarlyWarningScore, VitalsLimits } from '#contracts/content/vitals.ts'
import { expandTerm, MAX_EXPANSION } from './expand-terms.ts'
import { type LoadedGuideline, loadGuideline } from './load-guideline.ts'
import { NOT_THERE, type Problem } from './problem.ts'
import { type Path, parseYaml, schemaProblems, type YamlSource } from './yaml-source.ts'

export type Sourced<T> = { value: T; source: YamlSource; path: readonly (string | number)[] }

/** Everything found under `knowledge-index/`, with what is wrong in it. Files that fail their schema are left out of the lists. */
export type LoadedContent = {
  protocols: Sourced<Protocol>[]
  lexicon: Sourced<LexiconEntry>[]
  /** Codes of entries that exist but fail their schema: known, so that one mistake is not reported twice. */
  brokenCodes: string[]
  cues: Sourced<Cues> | null
  prompts: Sourced<Prompt>[]
  guidelines: LoadedGuideline[]
  asks: Sourced<Asks>[]
  score: Sourced<EarlyWarningScore> | null
  limits: Sourced<VitalsLimits> | null
  safety: { en: Sourced<SafetyPhrases> | null; es: Sourced<SafetyPhrases> | null }
  problems: Problem[]
  /** Every file read, for the bundle's hash. `path` is relative to the knowledge index. */
  files: { path: string; text: string }[]
}

const defaultRoot = 'knowledge-index'

/** Reads and validates the knowledge index. Never throws for bad content: everything is in `problems`. Paths print relative to the working directory. */
export const loadContent = (root: string = defaultRoot): LoadedContent => {
  const out: LoadedContent = {
    protocols: [],
    lexicon: [],
    brokenCodes: [],
    cues: null,
    prompts: [],
    guidelines: [],
    asks: [],
    score: null,
    limits: null,
    safety: { en: null, es: null },
    problems: [],
    files: [],
  }
  const shown = (path: string): string => relative(process.cwd(), path) || path
  const missing = (path: string): void => {
    out.problems.push({ file: shown(path), line: 1, message: NOT_THERE, severity: 'warning' })
  }
  const read = (path: string): string => {
    const text = readFileSync(path, 'utf8')
    out.files.push({ path: relative(root, path), text })
    return text
  }
  const yamlAt = (path: string): YamlSource => {
    const source = parseYaml(shown(path), read(path))
    out.problems.push(...source.problems)
    return source
  }
  const list = (folder: string, pattern: RegExp): string[] => {
    const path = join(root, folder)
    const names = existsSync(path) ? readdirSync(path).filter((n) => pattern.test(n)) : []
    if (names.length === 0) missing(join(path, '*'))
    return names.sort().map((n) => join(path, n))
  }
  const valid = <T>(schema: z.ZodType<T>, source: YamlSource): Sourced<T> | null => {
    if (source.problems.length > 0) return null
    const parsed = schema.safeParse(source.value)
    if (parsed.success) return { value: parsed.data, source, path: [] }
    out.problems.push(...schemaProblems(source, parsed.error))
    return null
  }
  const one = <T>(schema: z.ZodType<T>, path: string): Sourced<T> | null => {
    if (existsSync(path)) return valid(schema, yamlAt(path))
    missing(path)
    return null
  }

  // A clinic's own index may do without word sets.
  const setsFile = join(root, 'lexicon', 'sets.yaml')
  const sets = existsSync(setsFile) ? (valid(WordSetsFile, yamlAt(setsFile))?.value.sets ?? {}) : {}
  for (const path of list('lexicon', /^findings-.*\.yaml$/)) loadLexicon(yamlAt(path), sets, out)
  out.cues = one(Cues, join(root, 'lexicon', 'cues.yaml'))
  for (const path of list('protocols', /\.yaml$/)) {
    const protocol = valid(Protocol, yamlAt(path))
    if (protocol) out.protocols.push(protocol)
  }
  for (const path of list('prompts', /\.yaml$/)) {
    const prompt = valid(Prompt, yamlAt(path))
    if (prompt) out.prompts.push(prompt)
  }
  for (const path of list('guidelines', /\.md$/)) {
    const { guideline, problems } = loadGuideline(shown(path), read(path))
    out.problems.push(...problems)
    if (guideline) out.guidelines.push(guideline)
  }
  for (const path of list('asks', /\.yaml$/)) {
    const asks = valid(Asks, yamlAt(path))
    if (asks) out.asks.push(asks)
  }
  out.score = one(EarlyWarningScore, join(root, 'vitals', 'news2.yaml'))
  out.limits = one(VitalsLimits, join(root, 'vitals', 'limits.yaml'))
  out.safety = {
    en: one(SafetyPhrases, join(root, 'safety', 'en.yaml')),
    es: one(SafetyPhrases, join(root, 'safety', 'es.yaml')),
  }
  return out
}

/** Entries are checked one by one, so that one bad entry does not hide the others. */
const loadLexicon = (source: YamlSource, sets: WordSets, out: LoadedContent): void => {
  if (source.problems.length > 0) return
  const entries = (source.value as { entries?: unknown } | null)?.entries
  if (!Array.isArray(entries)) {
    out.problems.push({ file: source.file, line: 1, message: 'the file must hold a list named "entries"', severity: 'error' })
    return
  }
  entries.forEach((entry: unknown, i) => {
    const path = ['entries', i]
    const parsed = LexiconEntry.safeParse(entry)
    if (parsed.success) {
      out.lexicon.push({ value: { ...parsed.data, terms: expandTerms(parsed.data, sets, { source, path }, out) }, source, path })
      return
    }
    out.problems.push(...schemaProblems(source, parsed.error, path))
    const code = (entry as { code?: unknown } | null)?.code
    if (typeof code === 'string') out.brokenCodes.push(code)
  })
}

/** Terms with their short forms written out; a set that is not there or is too wide is a problem of its line. */
const expandTerms = (
  entry: LexiconEntry,
  sets: WordSets,
  { source, path }: { source: YamlSource; path: Path },
  out: LoadedContent,
): LexiconEntry['terms'] => {
  const written = (language: 'en' | 'es'): string[] =>
    entry.terms[language].flatMap((term, i) => {
      const { terms, unknown } = expandTerm(term, sets, language)
      const line = source.lineOf([...path, 'terms', language, i])
      const add = (message: string) =>
        out.problems.push({ file: source.file, line, message: `"${term}": ${message}`, severity: 'error' })
      for (const set of unknown) add(`there is no word set ${set}`)
      if (terms.length > MAX_EXPANSION) add(`stands for ${terms.length} terms, at most ${MAX_EXPANSION}`)
      return terms
    })
  return { en: written('en'), es: written('es') }
}

/** How people ask for each passage, by passage id. */
export const asksByPassage = ({ asks }: LoadedContent): Record<string, string[]> =>
  Object.fromEntries(
    asks.flatMap(({ value: { guideline, asks: sections } }) =>
      Object.entries(sections).map(([section, { en, es }]) => [`${guideline}#${section}`, [...en, ...es]]),
    ),
  )

/** All passages of the guidelines, in file order. Problems are not reported here: run the content check first. */
export const loadPassages = (root: string = defaultRoot): Passage[] =>
  loadContent(root).guidelines.flatMap((g) => g.passages.map((p) => p.passage))
