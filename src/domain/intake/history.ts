import type { Finding, FindingCode } from '#contracts/clinical/finding.ts'
import type { Age, Profile } from '#contracts/clinical/profile.ts'
import type { LexiconEntry } from '#contracts/content/lexicon.ts'
import type { IntakeModel } from './model.ts'

const YEARS: Readonly<Record<Age['unit'], number>> = { year: 1, month: 1 / 12, week: 7 / 365.25, day: 1 / 365.25 }
export const ageInYears = (age: Age): number => age.value * YEARS[age.unit]

/** Whether pregnancy is asked: not of men, and only from 12 to 55 years. An unknown age or sex is asked. */
export const pregnancyPossible = (profile: Profile): boolean => {
  if (profile.sex === 'male') return false
  if (!profile.age) return true
  const years = ageInYears(profile.age)
  return years >= 12 && years < 56
}

export type HistoryGroup = 'conditions' | 'treatments' | 'situation'
export type HistoryOption = { code: FindingCode; group: HistoryGroup; label: { en: string; es: string } }

const GROUPS: Readonly<Record<HistoryGroup, readonly FindingCode[]>> = {
  conditions: [
    'diabetes',
    'heart-disease',
    'hypertension',
    'asthma',
    'copd',
    'kidney-disease',
    'liver-disease',
    'epilepsy',
    'cancer-active',
    'previous-stroke',
    'previous-dvt-pe',
    'immunosuppressed',
  ],
  treatments: ['anticoagulants', 'long-term-steroids', 'chemotherapy', 'recent-surgery', 'pacemaker'],
  situation: [
    'postpartum',
    'breastfeeding',
    'unvaccinated',
    'smoker',
    'alcohol-heavy',
    'drug-use',
    'recent-travel',
    'lives-alone',
    'frailty',
  ],
}
const CHILDBEARING = new Set(['postpartum', 'breastfeeding'])
const ADULT = new Set(['smoker', 'alcohol-heavy', 'drug-use', 'lives-alone', 'frailty', 'hypertension', 'copd'])
const CHILD = new Set(['unvaccinated'])

/** Background offered on the history screen for this person, in the order shown; only what the lexicon knows. */
export const historyOptions = (profile: Profile, lexicon: readonly LexiconEntry[]): HistoryOption[] => {
  const byCode = new Map(lexicon.map((e) => [e.code, e]))
  const years = profile.age ? ageInYears(profile.age) : null
  const offered = (code: FindingCode): boolean => {
    if (CHILDBEARING.has(code)) return pregnancyPossible(profile)
    if (ADULT.has(code)) return years === null || years >= 12
    return !CHILD.has(code) || years === null || years < 18
  }
  return (Object.keys(GROUPS) as HistoryGroup[]).flatMap((group) =>
    GROUPS[group].flatMap((code) => {
      const entry = byCode.get(code)
      return entry && offered(code) ? [{ code, group, label: entry.label }] : []
    }),
  )
}

/** Chosen conditions are present, offered ones not chosen absent; nothing while the screen is unanswered. */
export const historyFindings = (model: IntakeModel, profile: Profile, lexicon: readonly LexiconEntry[]): Finding[] => {
  const chosen = model.history.conditions
  if (chosen === null) return []
  const implied = new Set(chosen.flatMap((c) => lexicon.find((e) => e.code === c)?.implies ?? []))
  return historyOptions(profile, lexicon)
    .filter(({ code }) => !implied.has(code) || chosen.includes(code))
    .map(({ code }) => ({ code, status: chosen.includes(code) ? 'present' : 'absent', source: 'history' }))
}
