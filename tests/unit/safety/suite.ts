import { readFileSync } from 'node:fs'
import type { Verdict } from '#contracts/clinical/assessment.ts'
import type { Language } from '#contracts/clinical/language.ts'
import type { ValidationContext } from '#domain/safety/context.ts'
import { compilePhrasebook, type Phrasebook } from '#domain/safety/phrases.ts'
import { loadContent } from '../../../scripts/content/load-content.ts'

const FIXTURES = new URL('../../fixtures/safety/', import.meta.url)

/** One line of a suite: a whole `assessment`, or a `patch` (dotted path → value) over the base of the named context. */
export type SuiteCase = {
  id: string
  context: string
  assessment?: unknown
  patch?: Record<string, unknown>
  violates: string[]
}
type NamedContext = Omit<ValidationContext, 'phrases'> & { base: unknown }

const content = loadContent()
const { en, es } = content.safety
if (!en || !es) throw new Error('the safety phrases do not load')
const safety = { en: en.value, es: es.value }
const books: Record<Language, Phrasebook> = { en: compilePhrasebook(safety, 'en'), es: compilePhrasebook(safety, 'es') }

const contexts = JSON.parse(readFileSync(new URL('contexts.json', FIXTURES), 'utf8')) as Record<string, NamedContext>

export const loaded = { content, books }

export const readSuite = (file: string): SuiteCase[] =>
  readFileSync(new URL(file, FIXTURES), 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as SuiteCase)

/** The context a case names, with the phrases of its language. */
export const contextOf = (name: string): ValidationContext => {
  const found = contexts[name]
  if (!found) throw new Error(`no context ${name}`)
  return { ...found, phrases: books[found.language] }
}

export const baseOf = (name: string): unknown => structuredClone(contexts[name]?.base)

/** Own property even for `__proto__`, which assignment would swallow. */
const put = (target: object, key: string, value: unknown): void => {
  Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true })
}

/** What the model would have written: the whole output of the case, or the base of its context with the patch applied. */
export const outputOf = (c: SuiteCase): unknown => {
  if (!('patch' in c)) return c.assessment
  const out = baseOf(c.context)
  for (const [path, value] of Object.entries(c.patch ?? {})) {
    const keys = path.split('.')
    const last = keys.pop() as string
    put(
      keys.reduce((at: object, key) => (at as Record<string, object>)[key] as object, out as object),
      last,
      value,
    )
  }
  return out
}

export const constraintsOf = (verdict: Verdict): string[] => (verdict.valid ? [] : verdict.violations.map((v) => v.constraint))
