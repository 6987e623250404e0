import type { MeasureName } from '#contracts/clinical/finding.ts'
import type { Age, Profile } from '#contracts/clinical/profile.ts'
import type { TriageLevel } from '#contracts/clinical/triage-level.ts'
import type { Facts } from '../triage/facts.ts'
import { hashOf } from '../understanding/reader/vectors.ts'
import { plainWords } from '../understanding/text/plain-words.ts'

/** What acuity is judged by: the words, who they are about, what the rules know and say. */
export type AcuityInput = {
  words: string
  language: string
  profile: Profile
  facts: Facts
  /** What the rules alone allow, and the protocols they chose. */
  level: TriageLevel
  protocols: readonly string[]
  /** Rules that set the level, `protocol/rule`. */
  fired: readonly string[]
  hints: readonly string[]
}

/** Counts by bucket, one map a group. */
export type AcuityFeatures = { characters: Map<number, number>; words: Map<number, number>; facts: Set<number> }

const SHORTEST = 2
const LONGEST = 5
const LONGEST_PHRASE = 3

const bandOf = ({ value, unit }: Age): string => {
  if (unit !== 'year') return unit === 'month' && value >= 6 ? 'infant' : 'baby'
  return value < 2 ? 'infant' : value < 5 ? 'small' : value < 13 ? 'child' : `${Math.min(9, Math.floor(value / 10))}0s`
}

/** Limits that split a measure into steps; each at a change of what clinicians do. */
const STEPS: Readonly<Partial<Record<MeasureName, readonly number[]>>> = {
  systolic: [90, 100, 110, 140, 160, 180, 200],
  diastolic: [60, 90, 110, 120],
  heart_rate: [40, 50, 90, 110, 130, 160],
  respiratory_rate: [8, 12, 20, 25, 40, 60],
  temperature_c: [35, 36, 37.5, 38, 39, 40],
  spo2: [90, 92, 94, 96],
  pain_score: [1, 4, 6, 8],
  duration_hours: [1, 6, 24, 72, 168, 336, 1008, 4380, 17520],
  gestation_weeks: [12, 20, 24, 37],
}
const stepOf = (name: MeasureName, value: number): number => (STEPS[name] ?? []).filter((limit) => value >= limit).length

/** Character n-grams within words, word n-grams over them, and what is known, each hashed into `buckets`. */
export const acuityFeatures = (input: AcuityInput, buckets: number): AcuityFeatures => {
  const characters = new Map<number, number>()
  const words = new Map<number, number>()
  const count = (map: Map<number, number>, text: string): void => {
    const bucket = hashOf(text) % buckets
    map.set(bucket, (map.get(bucket) ?? 0) + 1)
  }
  const list = plainWords(input.words)
  for (const word of list) {
    const padded = ` ${word} `
    for (let n = SHORTEST; n <= LONGEST; n++)
      for (let i = 0; i + n <= padded.length; i++) count(characters, padded.slice(i, i + n))
  }
  for (let n = 1; n <= LONGEST_PHRASE; n++)
    for (let i = 0; i + n <= list.length; i++) count(words, list.slice(i, i + n).join(' '))

  const { profile, facts } = input
  const known = [
    `language ${input.language}`,
    `reporter ${profile.reporter}`,
    `sex ${profile.sex}`,
    `age ${profile.age ? bandOf(profile.age) : 'unknown'}`,
    `level ${input.level}`,
    `long ${Math.min(5, Math.floor(list.length / 20))}`,
    ...input.protocols.map((p, i) => `${i === 0 ? 'first' : 'also'} ${p}`),
    ...input.fired.map((r) => `fired ${r}`),
    ...input.hints.map((h) => `hint ${h}`),
    ...[...facts.measures].map(([name, value]) => `${name} ${stepOf(name, value)}`),
    ...[...facts.findings].filter(([, s]) => s !== 'unknown').map(([code, s]) => `${s} ${code}`),
  ]
  return { characters, words, facts: new Set(known.map((k) => hashOf(k) % buckets)) }
}
