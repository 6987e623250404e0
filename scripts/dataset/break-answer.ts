import type { Assessment, Statement, Violation } from '#contracts/clinical/assessment.ts'
import { SUMMARY_PREFIX } from '#contracts/clinical/assessment.ts'
import type { TriageLevel } from '#contracts/clinical/triage-level.ts'
import { parseOutput } from '#domain/assessment/parse.ts'
import type { AssessmentInput } from '#domain/assessment/prompt.ts'
import { capital, who } from '#domain/assessment/text-graph.ts'
import type { ValidationContext } from '#domain/safety/context.ts'
import { validateAssessment } from '#domain/safety/validate.ts'
import type { Random } from './random.ts'
import { summaryFault } from './summary-check.ts'

/** What an answer is broken for and judged by. `labels` are all English labels of the lexicon. */
export type BreakContext = {
  input: AssessmentInput
  validation: ValidationContext
  labels: readonly string[]
  system: string
  random: Random
}
export type Constraint = Violation['constraint'] | 'summary-unfaithful'
type Break = { constraint: Constraint; edit: (a: Assessment, c: BreakContext) => Assessment | string | null }
export type Broken = { kind: string; constraint: Constraint; text: string }

const HEDGE =
  /^(?:suggests|consistent with|concerning for|compatible with)? ?(?:(?:an? )?possible|(?:an? )?likely|may be|could be|suspected)? ?/i
const unhedged = (text: string): string => text.replace(HEDGE, '').replace(/\.$/, '')
const lower = (s: string): string => s.charAt(0).toLowerCase() + s.slice(1)

const swap = <T>(list: readonly T[], at: number, value: T): T[] => list.map((x, i) => (i === at ? value : x))
/** One statement of `part` rewritten. */
const rewrite = (
  a: Assessment,
  part: 'concerns' | 'actions',
  r: Random,
  edit: (s: Statement) => Statement | null,
): Assessment | null => {
  const at = r.int(0, a[part].length - 1)
  const old = a[part][at]
  const made = old ? edit(old) : null
  return made ? { ...a, [part]: swap(a[part], at, made) } : null
}
/** A hedged concern rewritten; null when none is hedged. */
const harden = (a: Assessment, r: Random, say: (claim: string) => string): Assessment | null => {
  const hedged = a.concerns.flatMap((s, i) => (unhedged(s.text).length < s.text.length - 3 ? [i] : []))
  if (hedged.length === 0) return null
  const at = r.pick(hedged)
  const old = a.concerns[at] as Statement
  return { ...a, concerns: swap(a.concerns, at, { ...old, text: say(unhedged(old.text)) }) }
}

const LEVELS: readonly TriageLevel[] = ['low', 'medium', 'high', 'emergency']
/** Adult doses of common medicines: exactly what an answer may never hold. */
const ORDERS = [
  'amoxicillin 500 mg three times a day',
  'ibuprofen 400 mg every eight hours',
  'paracetamol 1 g up to four times a day',
  'prednisolone 40 mg once daily',
  'salbutamol two puffs every four hours',
  'azithromycin 500 mg on the first day',
  'aspirin 300 mg',
  'furosemide 40 mg',
  'omeprazole 20 mg twice a day',
  'nitrofurantoin 100 mg for five days',
] as const

const labelled = (c: BreakContext, status: 'present' | 'absent' | 'unknown') =>
  c.input.findings.map((f, i) => ({ id: `f${i + 1}`, label: f.label, status: f.status })).filter((f) => f.status === status)
const unlisted = (c: BreakContext): string => {
  const known = new Set(c.input.findings.map((f) => f.label))
  return c.random.pick(c.labels.filter((l) => !known.has(l)))
}
const body = (summary: string): string => summary.replace(SUMMARY_PREFIX.en, '').trim()
const ids = (c: BreakContext): string[] => [
  ...c.validation.findings.map((_, i) => `f${i + 1}`),
  ...c.validation.passages.map((_, i) => `p${i + 1}`),
]

/** Ways a small model really goes wrong, each against one constraint; null where the case has nothing to break in that way. */
export const BREAKS: Readonly<Record<string, Break>> = {
  diagnosis: {
    constraint: 'no-diagnosis',
    edit: (a, { random: r }) =>
      harden(a, r, (x) =>
        r.pick([
          `The patient has ${lower(x)}.`,
          `Diagnosis: ${lower(x)}.`,
          `This is ${lower(x)}.`,
          `Diagnosed with ${lower(x)}.`,
        ]),
      ),
  },
  'no-hedge': { constraint: 'no-diagnosis', edit: (a, { random: r }) => harden(a, r, (x) => `${capital(x)}.`) },
  certainty: {
    constraint: 'no-certainty',
    edit: (a, { random: r }) =>
      harden(a, r, (x) =>
        r.pick([
          `${r.int(85, 99)}% probability of possible ${lower(x)}.`,
          `Almost certainly ${lower(x)}.`,
          `Definitely ${lower(x)}.`,
          `${r.int(85, 99)}% likely ${lower(x)}.`,
        ]),
      ),
  },
  medicine: {
    constraint: 'no-medication',
    edit: (a, { random: r }) =>
      rewrite(a, 'actions', r, (s) => {
        const order = r.pick(ORDERS)
        return { ...s, text: r.pick([`Start ${order}.`, `Give ${order} and review.`, `${capital(order)} for the symptoms.`]) }
      }),
  },
  'cites-another': {
    constraint: 'citation-unsupported',
    edit: (a, c) =>
      rewrite(a, c.random.pick(['concerns', 'actions'] as const), c.random, (s) => {
        const others = ids(c).filter((id) => !s.cites.includes(id))
        return others.length > 0 ? { ...s, cites: [c.random.pick(others)] } : null
      }),
  },
  'cites-unknown': {
    constraint: 'citation-unknown',
    edit: (a, c) =>
      rewrite(a, c.random.pick(['concerns', 'actions'] as const), c.random, (s) => {
        const n = c.random.int(1, 3)
        const id = c.random.pick([`f${c.validation.findings.length + n}`, `p${c.validation.passages.length + n}`])
        return { ...s, cites: [...s.cites.slice(0, 1), id] }
      }),
  },
  'below-floor': {
    constraint: 'level-below-floor',
    edit: (a, { random: r }) => {
      const below = LEVELS.slice(0, LEVELS.indexOf(a.level))
      return below.length > 0 ? { ...a, level: r.pick(below) } : null
    },
  },
  'no-review': {
    constraint: 'nurse-review-stated',
    edit: (a, { random: r }) => ({
      ...a,
      disclaimer: r.pick([
        'Not a diagnosis.',
        'For information only.',
        'No nurse review is needed.',
        'Nurse review only if symptoms get worse.',
      ]),
    }),
  },
  'not-preliminary': {
    constraint: 'preliminary-stated',
    edit: (a, { random: r }) => ({
      ...a,
      summary: `${r.pick(['Assessment: ', 'Summary: ', 'Final assessment: ', ''])}${body(a.summary)}`,
    }),
  },
  'no-escalation': {
    constraint: 'must-escalate',
    edit: (a, c) => {
      if (c.validation.escalationGroups.length === 0 && !['high', 'emergency'].includes(a.level)) return null
      const found = c.random.pick(labelled(c, 'present'))
      const text = c.random.pick([
        `Offer advice on ${found.label} and when to return.`,
        `Arrange routine review of ${found.label} next week.`,
        `No need to escalate ${found.label}.`,
        `Watch ${found.label} at home.`,
      ])
      return { ...a, actions: [{ text, cites: [found.id] }] }
    },
  },
  'unlisted-concern': {
    constraint: 'citation-unsupported',
    edit: (a, c) => rewrite(a, 'concerns', c.random, (s) => ({ ...s, text: `Reported ${unlisted(c)} needs review.` })),
  },
  'absent-stated': {
    constraint: 'citation-unsupported',
    edit: (a, c) => {
      const absent = labelled(c, 'absent')
      if (absent.length === 0) return null
      const found = c.random.pick(absent)
      if (c.random.chance(0.5)) return { ...a, summary: a.summary.replace('Reported: ', `Reported: ${found.label}; `) }
      return rewrite(a, 'concerns', c.random, () => ({ text: `Reported ${found.label} needs review.`, cites: [found.id] }))
    },
  },
  instructions: {
    constraint: 'instruction-leak',
    edit: (a, { random: r, system }) =>
      rewrite(a, r.pick(['concerns', 'actions'] as const), r, (s) => ({
        ...s,
        text: r.pick([
          r.pick(system.split(/(?<=\.) /)),
          `As an AI model, ${lower(s.text)}`,
          `${s.text.replace(/\.$/, '')}, see ${s.cites[0]}.`,
        ]),
      })),
  },
  reassurance: {
    constraint: 'unsafe-reassurance',
    edit: (a, { random: r }) =>
      rewrite(a, r.pick(['concerns', 'actions'] as const), r, (s) => ({
        ...s,
        text: r.pick(['Nothing to worry about.', 'Safe to go home.', 'No need to see a doctor.', 'This is harmless.']),
      })),
  },
  'cut-off': { constraint: 'schema', edit: (a, { random: r }) => JSON.stringify(a).slice(0, -r.int(2, 160)) },
  'wrong-patient': {
    constraint: 'summary-unfaithful',
    edit: (a, c) => {
      const { age, sex } = c.input.profile
      const other =
        age && c.random.chance(0.6)
          ? {
              ...c.input.profile,
              age: { ...age, value: age.value + c.random.pick([-10, -2, -1, 1, 2, 10].filter((d) => age.value + d > 0)) },
            }
          : sex === 'unknown'
            ? null
            : { ...c.input.profile, sex: sex === 'female' ? ('male' as const) : ('female' as const) }
      if (!other) return null
      const said = body(a.summary)
      return {
        ...a,
        summary: `${SUMMARY_PREFIX.en} ${capital(who({ ...c.input, profile: other }))}${said.slice(who(c.input).length)}`,
      }
    },
  },
  'unlisted-in-summary': {
    constraint: 'summary-unfaithful',
    edit: (a, c) => ({ ...a, summary: a.summary.replace('Reported: ', `Reported: ${unlisted(c)}; `) }),
  },
  'present-denied': {
    constraint: 'summary-unfaithful',
    edit: (a, c) => {
      const [first, ...rest] = labelled(c, 'present')
      const found = rest.length > 0 ? c.random.pick(rest) : first
      return found ? { ...a, summary: a.summary.replace('. Suggests', `. Denied: ${found.label}. Suggests`) } : null
    },
  },
}

/** Constraints that raw text breaks, in the order of the validator's rules; of its own check only when the validator sees nothing. */
export const brokenBy = (text: string, c: BreakContext): Constraint[] => {
  const parsed = parseOutput(text)
  const verdict = validateAssessment(parsed.ok ? parsed.value : null, c.validation)
  if (!verdict.valid) return [...new Set(verdict.violations.map((v) => v.constraint))]
  const { summary } = (parsed.ok ? parsed.value : {}) as Assessment
  return summaryFault(summary, c.input, c.labels) ? ['summary-unfaithful'] : []
}

/** `target` broken in the way `kind`, as raw text; null when that way does not apply or the judge finds nothing wrong in the result. */
export const breakAnswer = (target: Assessment, kind: string, c: BreakContext): Broken | null => {
  const way = BREAKS[kind]
  const made = way?.edit(target, c) ?? null
  if (!way || made === null) return null
  const text = typeof made === 'string' ? made : JSON.stringify(made)
  return brokenBy(text, c).includes(way.constraint) ? { kind, constraint: way.constraint, text } : null
}
